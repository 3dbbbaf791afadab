// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

#include <filesystem>
#include <new>

#include <fmt/format.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "arguments.hpp"
#include "console.hpp"
#include "signals.hpp"
#include "special_commands.hpp"

namespace yolo::cli {

namespace {

namespace fs = std::filesystem;

constexpr int failed = 1, wrong_usage = 2, by_signal = 128;

/// The sample pictures of the installed package or of the source tree, or an empty path.
fs::path sample_pictures() {
    std::error_code absent;
    const fs::path program = fs::read_symlink("/proc/self/exe", absent);
    for (const char* place : {"../share/yolo/images", "../examples/images", "../../examples/images"}) {
        const fs::path folder = (program.parent_path() / place).lexically_normal();
        if (fs::is_directory(folder, absent)) return folder;
    }
    return {};
}

void complete_predict(Config& config, Console& console) {
    if (config.text("model").empty()) {
        throw UsageError("no model is given: write model=FILE.pt (this version brings no model of its own)");
    }
    if (!config.text("source").empty()) return;
    const fs::path samples = sample_pictures();
    if (samples.empty())
        throw UsageError("no source is given: write source=FILE, a picture, video, folder or stream");
    console.warn(fmt::format("no source is given: the sample pictures in {} are taken", samples.string()));
    config.set("source", samples.string());
}

int run_mode(Arguments& arguments, Console& console) {
    for (const std::string& text : arguments.warnings) console.warn(text);
    if (!is_available(arguments.mode)) {
        throw Error(fmt::format("{} is not part of this version yet: it can predict (see yolo help)",
                                to_string(arguments.mode)));
    }
    complete_predict(arguments.config, console);
    for (const std::string& text : options_without_effect(arguments.config, arguments.mode))
        console.warn(text);
    catch_signals();
    const CommandContext context = {.log = console.sink(), .cancelled = [] { return caught_signal() != 0; }};
    const int unreadable = run_predict(arguments.config, context);
    if (caught_signal() != 0) return by_signal + caught_signal();
    return unreadable > 0 ? failed : 0;
}

int dispatch(const std::vector<std::string>& words, Console& console) {
    Arguments arguments = parse_arguments(words);
    int code = 0;
    if (arguments.command) {
        run_special(arguments, console);
    } else {
        code = run_mode(arguments, console);
    }
    if (!console.finish()) throw Error("standard output cannot be written: is its disk full?");
    return code;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
    Console console;
    try {
        return dispatch(arguments, console);
    } catch (const UsageError& error) {
        console.error(error.what());
        return wrong_usage;
    } catch (const std::bad_alloc&) {
        console.error("there is not enough memory for this");
    } catch (const std::exception& error) {
        console.error(error.what());
    }
    return failed;
}

}  // namespace yolo::cli

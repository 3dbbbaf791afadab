// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <new>
#include <string_view>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "arguments.hpp"
#include "console.hpp"
#include "context.hpp"
#include "signals.hpp"
#include "special_commands.hpp"

namespace yolo::cli {

namespace {

namespace fs = std::filesystem;

/// A file or folder that ships with the product: of the installed package or of the source tree, or an empty
/// path.
fs::path shipped(const fs::path& installed, const fs::path& in_tree) {
    std::error_code absent;
    const fs::path program = fs::read_symlink("/proc/self/exe", absent).parent_path();
    for (const fs::path& place : {"../share/yolo" / installed, ".." / in_tree, "../.." / in_tree}) {
        const fs::path path = (program / place).lexically_normal();
        if (fs::exists(path, absent)) return path;
    }
    return {};
}

/// The first sentence of its page, models/starter/TASK.md, in short.
std::string_view what_a_starter_knows(std::string_view task) {
    if (task == "segment") return "cell nuclei under the microscope";
    if (task == "pose") return "drawn darts";
    if (task == "obb") return "people and vehicles in infrared pictures from a drone";
    if (task == "classify") return "small grey pictures of clothing";
    return "blood cells under the microscope";
}

void complete_model(Config& config, Console& console) {
    if (!config.text("model").empty()) return;
    const fs::path name = fs::path("models/starter") / (config.text("task") + ".pt");
    const fs::path starter = shipped(name, name);
    if (starter.empty()) throw UsageError("no model is given: write model=FILE.pt");
    console.warn(fmt::format(
        "no model is given: the starter model {} is taken, which knows {} and nothing else (more in {}); for "
        "other things write model=FILE.pt",
        starter.string(), what_a_starter_knows(config.text("task")),
        fs::path(starter).replace_extension(".md").string()));
    config.set("model", starter.string());
}

void complete_predict(Config& config, Mode mode, Console& console) {
    complete_model(config, console);
    if (!config.text("source").empty()) return;
    // Sample pictures are no sequence.
    const fs::path samples = mode == Mode::track ? fs::path() : shipped("images", "examples/images");
    if (samples.empty())
        throw UsageError("no source is given: write source=FILE, a picture, video, folder or stream");
    console.warn(fmt::format("no source is given: the sample pictures in {} are taken", samples.string()));
    config.set("source", samples.string());
}

/// Not given detections, nor a data set.
bool tracks_a_source(const Arguments& arguments) {
    return arguments.mode == Mode::track && arguments.config.text("data").empty() &&
           arguments.config.text("detections").empty();
}

/// A prediction that leaves nothing behind but lines: nobody reads them once the pipe is closed, and a camera
/// never ends.
Purpose purpose_of(const Arguments& arguments) {
    constexpr std::array keys = {"save",     "save_txt",  "save_crop", "save_json",
                                 "save_mot", "visualize", "show"};
    const bool leaves =
        (arguments.mode != Mode::predict && arguments.mode != Mode::track) ||
        !arguments.config.text("serve").empty() || !arguments.config.text("region").empty() ||
        std::any_of(keys.begin(), keys.end(), [&](const char* key) { return arguments.config.flag(key); });
    return leaves ? Purpose::files : Purpose::printing;
}

/// False when some pictures could not be read.
bool run_available_mode(const Arguments& arguments, const CommandContext& context) {
    switch (arguments.mode) {
        case Mode::train:
            run_train(arguments.config, context);
            return true;
        case Mode::val:
            run_val(arguments.config, context);
            return true;
        case Mode::export_model:
            run_export(arguments.config, context);
            return true;
        case Mode::benchmark:
            return !run_benchmark(arguments.config, context).failed;
        case Mode::track:
            return run_track(arguments.config, context) == 0;
        default:
            return run_predict(arguments.config, context) == 0;
    }
}

int run_mode(Arguments& arguments, Console& console) {
    for (const std::string& text : arguments.warnings) console.warn(text);
    if (arguments.mode == Mode::predict || tracks_a_source(arguments))
        complete_predict(arguments.config, arguments.mode, console);
    const bool trains = arguments.config.text("mode") == to_string(Mode::train);
    if (arguments.mode == Mode::benchmark && !trains) complete_model(arguments.config, console);
    for (const std::string& text :
         options_without_effect(arguments.config, trains ? Mode::train : arguments.mode))
        console.warn(text);
    const Purpose purpose = purpose_of(arguments);
    const int code = exit_code(run_available_mode(arguments, command_context(console, purpose)));
    constexpr int closed_pipe = 128 + SIGPIPE;
    return code == 0 && purpose == Purpose::printing && console.reader_is_gone() ? closed_pipe : code;
}

int dispatch(const std::vector<std::string>& words, Console& console) {
    Arguments arguments = parse_arguments(words);
    int code = 0;
    if (arguments.command) {
        code = run_special(arguments, console);
    } else {
        code = run_mode(arguments, console);
    }
    // After the end of the terminal there is nobody to tell.
    if (!console.finish() && caught_signal() != SIGHUP)
        throw Error("standard output cannot be written: is its disk full?");
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
    } catch (const Cancelled& ended) {
        console.warn(ended.what());
        return exit_code(false);
    } catch (const std::bad_alloc&) {
        console.error("there is not enough memory for this");
    } catch (const std::exception& error) {
        console.error(error.what());
    }
    return failed;
}

}  // namespace yolo::cli

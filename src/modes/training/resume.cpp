// SPDX-License-Identifier: Apache-2.0
#include "modes/training/resume.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "modes/training/start_model.hpp"
#include "options/config_json.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

/// What may differ from the interrupted training: it does not change what has been learned so far.
constexpr std::array<std::string_view, 30> may_change = {
    "imgsz",      "batch",         "device",        "close_mosaic", "augmentations", "save_period",
    "workers",    "cache",         "patience",      "time",         "freeze",        "val",
    "plots",      "channels_last", "distill_model", "save_dir",     "data",          "model",
    "mode",       "resume",        "threads",       "verbose",      "show_labels",   "show_conf",
    "show_boxes", "line_width",    "color_mode",    "font_size",    "kpt_radius",    "kpt_line"};

/// A value as other versions wrote it: where a number stands now there was a switch (multi_scale of 8.3).
Value value_now(const OptionSpec& option, const Json& json) {
    const bool was_switch = json.is_boolean() && !json.get<bool>();
    if (was_switch && (option.type == OptionType::number || option.type == OptionType::fraction)) return 0.0;
    return to_value(json, std::string(option.name));
}

fs::path newest_last() {
    fs::path newest;
    fs::file_time_type time;
    std::error_code error;
    for (auto it =
             fs::recursive_directory_iterator(".", fs::directory_options::skip_permission_denied, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        const fs::path& path = it->path();
        if (path.extension() != ".pt" || !path.filename().string().starts_with("last")) continue;
        std::error_code gone;
        const fs::file_time_type changed = fs::last_write_time(path, gone);
        if (!gone && (newest.empty() || changed > time)) {
            newest = path;
            time = changed;
        }
    }
    return newest;
}

}  // namespace

std::optional<fs::path> resumed_file(const Config& config, const LogSink& log) {
    const std::string text = to_string(config.get("resume"));
    if (text.empty() || text == "false" || text == "False" || text == "null") return std::nullopt;
    if (text == "true" || text == "True") {
        const std::string model = config.text("model");
        if (model.empty())
            throw UsageError(
                "resume=True needs the checkpoint: write model=runs/detect/train/weights/last.pt");
        if (is_description(model))
            throw UsageError(
                fmt::format("resume=True: {} describes a network, it is no checkpoint of a training: write "
                            "model=runs/detect/train/weights/last.pt",
                            model));
        return model;
    }
    std::error_code error;
    if (fs::is_regular_file(text, error)) return text;
    if (text.ends_with(".pt") || text.find('/') != std::string::npos)
        throw Error(
            fmt::format("resume={}: there is no such file; resume=True model=FILE, or resume=FILE", text));
    const fs::path found = newest_last();
    if (found.empty())
        throw Error(
            fmt::format("resume={}: there is no such file, and no last*.pt under the current folder", text));
    log(LogLevel::warning,
        fmt::format("resume={} is no file: going on with the newest, {}", text, found.string()));
    return found;
}

Config resumed_config(const Config& given, const Json& train_args, const fs::path& file, const LogSink& log) {
    Config config;
    config.set_mode(Mode::train);
    for (const auto& [key, value] : train_args.items()) {
        const OptionSpec* option = find_option(key);
        if (option == nullptr) continue;
        try {
            Value then = value_now(*option, value);
            const bool has_two_defaults = key == "imgsz";  // of classify another
            if (has_two_defaults || then != config.get(key)) config.set(key, std::move(then));
        } catch (const UsageError& error) {
            log(LogLevel::warning,
                fmt::format("'{}' holds an option that is not used here: {}", file.string(), error.what()));
        }
    }
    std::vector<std::string> ignored;
    for (const OptionSpec& option : option_table()) {
        if (!given.given(option.name)) continue;
        const bool allowed = std::find(may_change.begin(), may_change.end(), option.name) != may_change.end();
        if (allowed) {
            config.set(option.name, given.get(option.name));
        } else if (given.get(option.name) != config.get(option.name) && option.name != "task") {
            ignored.emplace_back(option.name);
        }
    }
    if (!ignored.empty())
        log(LogLevel::warning,
            fmt::format("resuming keeps the training's own {}: what is given now is ignored",
                        fmt::join(ignored, ", ")));
    config.set("model", file.string());
    config.set("resume", file.string());
    return config;
}

std::string nothing_to_resume(const fs::path& last, const std::string& epochs) {
    const fs::path best = last.parent_path() / "best.pt";
    std::error_code absent;
    const fs::path& from = fs::exists(best, absent) ? best : last;
    return fmt::format(
        "there is nothing to resume: the training of '{}' is finished. Train on from its {} weights "
        "with  yolo train model={} epochs={}",
        last.string(), from == best ? "best" : "last", shell_word(from), epochs);
}

}  // namespace yolo::modes

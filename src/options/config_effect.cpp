// SPDX-License-Identifier: Apache-2.0
/// \file Options that were asked for but change nothing: said in one line each, because a silent one hides a
/// mistake.
#include "options/config_effect.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "options/config_check.hpp"

namespace yolo {

namespace {

/// The training's own error says more.
bool is_refused(const OptionSpec& option, Mode mode) {
    return mode == Mode::train && (option.name == "distill_model" || option.name == "augmentations");
}

/// As it was typed, but for what nobody else should read in a log.
std::string shown(const Config& config, const OptionSpec& option) {
    return option.name == "serve_token" ? "..." : as_typed(config.get(option.name));
}

std::string reason(const OptionSpec& option, Mode mode) {
    if (is_refused(option, mode)) return {};
    if (option.modes == 0) return fmt::format("has no effect here: yolo help {} says why", option.name);
    if ((option.waiting_for() & bit(mode)) != 0) return "has no effect in this version, but in a later one";
    if (option.name == "quantize" && mode == Mode::train)
        return "has no effect in train: amp= chooses the precision";
    if (option.used_by() != 0)
        return fmt::format("has no effect in {}: it belongs to {}", to_string(mode),
                           mode_list(option.used_by()));
    return fmt::format("has no effect in {}: it belongs to {}, which this version does not have yet",
                       to_string(mode), mode_list(option.modes));
}

/// Options that need another one, or another value, in this mode.
std::string missing_partner(const Config& config, const OptionSpec& option, Mode mode) {
    const bool predicts = mode == Mode::predict || mode == Mode::track;
    if (option.name == "save_conf" && !config.flag("save_txt")) return "has no effect without save_txt=True";
    if (option.name == "split" && mode == Mode::track && config.text("data").empty())
        return "has no effect in track without data=";
    if (option.name == "show_trails" && !config.flag("save") && !config.flag("show") &&
        config.text("serve").empty())
        return "has no effect without save=True, show=True or serve=";
    if (option.name == "serve_token" && config.text("serve").empty()) return "has no effect without serve=";
    if (option.name == "save_frames" && !config.flag("save")) return "has no effect without save=True";
    if (option.name == "quantize" && predicts && config.text("quantize") != "16" &&
        config.text("quantize") != "32") {
        return fmt::format("has no effect in {}: a checkpoint runs in 32 bits, or 16 with half=True",
                           to_string(mode));
    }
    if (mode == Mode::export_model) {
        constexpr std::array folders = {"project", "name", "exist_ok", "save_dir"};
        if (std::ranges::find(folders, option.name) != folders.end())
            return "has no effect in export: files are written beside the model";
        if (option.name == "device" && config.text("device") != "cpu")
            return "has no effect in export: files hold no device, and are checked on the processor";
    }
    const bool quantizes = option.name == "calibrator" || option.name == "quantize_floor" ||
                           option.name == "data" || option.name == "fraction";
    const std::string bits = config.text("quantize");
    if (quantizes && mode == Mode::export_model && bits != "8" && bits != "w8a16")
        return "has no effect in export without quantize=8";
    return {};
}

}  // namespace

std::string mode_list(unsigned modes) {
    std::string text;
    for (const Mode mode :
         {Mode::train, Mode::val, Mode::predict, Mode::track, Mode::export_model, Mode::benchmark}) {
        if ((modes & bit(mode)) != 0) text += (text.empty() ? "" : ", ") + std::string(to_string(mode));
    }
    return text;
}

bool was_changed(const Config& config, std::string_view key) {
    if (!config.given(key)) return false;
    const std::string_view text = find_option(key)->default_text;
    return config.get(key) != parse_value(text.empty() ? "none" : text);
}

std::vector<std::string> options_without_effect(const Config& config, Mode mode) {
    std::vector<std::string> lines;
    for (const OptionSpec& option : option_table()) {
        if (!was_changed(config, option.name)) continue;
        const bool used = (option.used_by() & bit(mode)) != 0;
        const std::string why = used ? missing_partner(config, option, mode) : reason(option, mode);
        if (!why.empty()) lines.push_back(fmt::format("{}={} {}", option.name, shown(config, option), why));
    }
    return lines;
}

std::vector<std::string> options_without_effect(const Config& config, Mode mode, Task task) {
    std::vector<std::string> lines;
    const std::string asked = config.given("task") ? config.text("task") : "";
    if (!asked.empty() && asked != to_string(task)) {
        lines.push_back(
            fmt::format("task={} has no effect: the model is one for {}", asked, to_string(task)));
    }
    for (const OptionSpec& option : option_table()) {
        const bool used_by_mode = (option.used_by() & bit(mode)) != 0;
        if (!used_by_mode || (option.tasks & bit(task)) != 0 || !was_changed(config, option.name)) continue;
        lines.push_back(fmt::format("{}={} has no effect in the task {}", option.name,
                                    as_typed(config.get(option.name)), to_string(task)));
    }
    return lines;
}

}  // namespace yolo

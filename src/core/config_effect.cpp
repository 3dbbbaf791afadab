// SPDX-License-Identifier: Apache-2.0
/// \file Options that were asked for but change nothing: said in one line each, because a silent one hides a
/// mistake.
#include "core/config_effect.hpp"

#include <fmt/format.h>

namespace yolo {

namespace {

std::string reason(const OptionSpec& option, Mode mode) {
    if ((option.pending & bit(mode)) != 0) return "is not part of this version yet";
    if (option.modes == 0) return "has no effect on YOLOv8 models";
    return fmt::format("has no effect in {}: it belongs to {}", to_string(mode), mode_list(option.modes));
}

/// Options that need another one, or another value, in this mode.
std::string missing_partner(const Config& config, const OptionSpec& option, Mode mode) {
    const bool predicts = mode == Mode::predict || mode == Mode::track;
    if (option.name == "save_conf" && !config.flag("save_txt")) return "has no effect without save_txt=True";
    if (option.name == "save_frames" && !config.flag("save")) return "has no effect without save=True";
    if (option.name == "dis" && config.get("distill_model").is_null())
        return "has no effect without distill_model";
    if (option.name == "quantize" && predicts && config.text("quantize") != "16" &&
        config.text("quantize") != "32") {
        return fmt::format("has no effect in {}: a checkpoint runs in 32 bits, or 16 with half=True",
                           to_string(mode));
    }
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
        const bool used = (option.modes & ~option.pending & bit(mode)) != 0;
        const std::string why = used ? missing_partner(config, option, mode) : reason(option, mode);
        if (!why.empty())
            lines.push_back(fmt::format("{}={} {}", option.name, config.text(option.name), why));
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
        const bool used_by_mode = (option.modes & bit(mode)) != 0;
        if (!used_by_mode || (option.tasks & bit(task)) != 0 || !was_changed(config, option.name)) continue;
        lines.push_back(fmt::format("{}={} has no effect in the task {}", option.name,
                                    config.text(option.name), to_string(task)));
    }
    return lines;
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/unused_options.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "options/config_check.hpp"
#include "options/config_effect.hpp"

namespace yolo::modes {

namespace {

/// What any run has.
constexpr std::string_view everywhere[] = {"mode",     "cfg",      "project", "name",
                                           "exist_ok", "save_dir", "verbose"};

bool is_among(std::string_view key, std::span<const std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
}

bool is_off(const Value& value) {
    const bool* flag = std::get_if<bool>(&value);
    return flag != nullptr && !*flag;
}

}  // namespace

std::string unused_options(const Config& config, std::span<const std::string_view> used,
                           std::string_view form) {
    const std::vector<std::string> said = options_without_effect(config, Mode::track);
    const auto is_said = [&](std::string_view key) {
        return std::ranges::any_of(
            said, [&](const std::string& line) { return line.starts_with(fmt::format("{}=", key)); });
    };
    std::vector<std::string> unused;
    for (const OptionSpec& option : option_table()) {
        const std::string_view key = option.name;
        const bool of_track = (option.used_by() & bit(Mode::track)) != 0;
        if (!of_track || !was_changed(config, key) || is_among(key, used) || is_among(key, everywhere) ||
            is_off(config.get(key)) || to_string(config.get(key)).empty() || is_said(key) ||
            (key == "task" && config.text(key) == "detect"))
            continue;
        unused.push_back(fmt::format("{}={}", key, key == "serve_token" ? "..." : as_typed(config.get(key))));
    }
    if (unused.empty()) return "";
    return fmt::format("{} {} no effect {}", fmt::join(unused, ", "), unused.size() == 1 ? "has" : "have",
                       form);
}

}  // namespace yolo::modes

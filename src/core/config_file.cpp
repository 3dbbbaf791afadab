// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>

#include "core/config_effect.hpp"
#include "core/config_json.hpp"
#include "core/files.hpp"

namespace yolo {

namespace {

bool takes_numbers(OptionType type) {
    using enum OptionType;
    return type == number || type == fraction || type == integer || type == integers || type == image_size ||
           type == scale_range || type == data_share;
}

/// YAML reads 1e-3 as text; where an option takes numbers, it is one.
Value with_numbers(Value value) {
    if (auto* list = std::get_if<ValueList>(&value)) {
        for (Value& item : *list) item = with_numbers(std::move(item));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        Value read = parse_value(*text);
        const bool is_number =
            std::holds_alternative<std::int64_t>(read) || std::holds_alternative<double>(read);
        if (is_number) return read;
    }
    return value;
}

/// Quoted where YAML would read something else than this text.
std::string yaml_text(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
        const auto* list = std::get_if<ValueList>(&value);
        if (list == nullptr) return to_string(value);
        std::string items;
        for (const Value& item : *list) items += (items.empty() ? "" : ", ") + yaml_text(item);
        return "[" + items + "]";
    }
    bool plain =
        !text->empty() &&
        text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") ==
            std::string::npos;
    plain = plain && text->front() != '-' && parse_yaml(*text, "text") == Json(*text);
    return plain ? *text : Json(*text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string default_yaml(const OptionSpec& option) {
    return option.default_text.empty() ? "null" : yaml_text(parse_value(option.default_text));
}

std::string names_of_modes(const OptionSpec& option) {
    if (option.modes == all_modes) return "all";
    return option.modes == 0 ? "none" : mode_list(option.modes);
}

std::string names_of_tasks(const OptionSpec& option) {
    if (option.tasks == all_tasks) return "all";
    std::string text;
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb, Task::classify}) {
        if ((option.tasks & bit(task)) != 0)
            text += (text.empty() ? "" : ", ") + std::string(to_string(task));
    }
    return text;
}

std::string values_of(const OptionSpec& option) {
    std::string text = describe(option.type);
    if (option.minimum) text += fmt::format(", at least {}", *option.minimum);
    if (option.maximum) text += fmt::format(", at most {}", *option.maximum);
    return text;
}

}  // namespace

std::vector<std::pair<std::string, Value>> read_config_file(const std::filesystem::path& path) {
    const Json json = read_yaml(path);
    if (!json.is_object())
        throw UsageError(
            fmt::format("{} is not a list of options, one 'key: value' per line", path.string()));
    std::vector<std::pair<std::string, Value>> options;
    for (const auto& [key, given] : json.items()) {
        Value value = to_value(given, fmt::format("{}, key '{}'", path.string(), key));
        const OptionSpec* option = find_option(key);
        const bool numeric = option != nullptr && takes_numbers(option->type);
        options.emplace_back(key, numeric ? with_numbers(std::move(value)) : std::move(value));
    }
    return options;
}

std::string config_yaml(const Config& config) {
    const Config defaults;
    std::string text;
    for (const OptionSpec& option : option_table()) {
        const Value& value = config.get(option.name);
        if (is_own_option(option.name) && value == defaults.get(option.name)) continue;
        text += fmt::format("{}: {}\n", option.name, yaml_text(value));
    }
    return text;
}

std::string default_config_yaml() {
    std::string text = "# Every option with its default. Change a copy and give it as cfg=FILE.\n";
    for (const OptionSpec& option : option_table()) {
        text += fmt::format("{:<32} # {}\n", fmt::format("{}: {}", option.name, default_yaml(option)),
                            option.help);
    }
    return text;
}

void write_default_config(const std::filesystem::path& path) {
    write_file(path, default_config_yaml());
}

std::string options_markdown() {
    std::string text =
        "<!-- Written by `yolo cfg --markdown` from src/core/option_table.cpp: change it there. -->\n"
        "# Options\n\n"
        "Given on the command line as `key=value`, in a YAML file as `key: value` (`cfg=FILE`). An option "
        "that has no\n"
        "effect in a mode or task is answered with a warning, an unknown one with an error that names the "
        "nearest.\n\n"
        "| Option | Default | Values | Modes | Tasks | Meaning |\n"
        "|---|---|---|---|---|---|\n";
    for (const OptionSpec& option : option_table()) {
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", option.name,
                            option.default_text.empty() ? "-" : fmt::format("`{}`", option.default_text),
                            values_of(option), names_of_modes(option), names_of_tasks(option), option.help);
    }
    return text;
}

}  // namespace yolo

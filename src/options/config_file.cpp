// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"
#include "options/config_check.hpp"
#include "options/config_effect.hpp"
#include "options/config_json.hpp"

namespace yolo {

namespace {

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
    return plain ? *text : json_text(Json(*text));
}

std::string default_yaml(const OptionSpec& option) {
    return option.default_text.empty() ? "null" : yaml_text(parse_value(option.default_text));
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

std::string help_in_yaml(const OptionSpec& option) {
    if (option.modes == 0 || option.used_by() != 0) return std::string(option.help);
    return fmt::format("{} (for {}, in a later version)", option.help, mode_list(option.modes));
}

}  // namespace

std::string describe(const OptionSpec& option) {
    if (option.name == "region") return "points x1,y1,x2,y2,..., or a file";
    if (option.name == "serve") return "a port, or ADDRESS:PORT";
    std::string text = describe(option.type);
    if (option.minimum) text += fmt::format(", at least {}", *option.minimum);
    if (option.maximum) text += fmt::format(", at most {}", *option.maximum);
    return text;
}

std::string describe_modes(const OptionSpec& option) {
    if (option.modes == 0) return "none";
    if (option.modes == all_modes) return "all";
    const std::string now = mode_list(option.used_by()), later = mode_list(option.waiting_for());
    if (later.empty()) return now;
    return fmt::format("{}{}later: {}", now, now.empty() ? "" : "; ", later);
}

std::vector<std::pair<std::string, Value>> read_config_file(const std::filesystem::path& asked) try {
    const std::filesystem::path path = expand_home(asked.string());
    const Json json = read_yaml(path);
    if (!json.is_object())
        throw UsageError(
            fmt::format("{} is not a list of options, one 'key: value' per line", path.string()));
    std::vector<std::pair<std::string, Value>> options;
    for (const auto& [key, given] : json.items()) {
        Value value = to_value(given, fmt::format("{}, key '{}'", path.string(), key));
        const OptionSpec* option = find_option(key);
        options.emplace_back(
            key, option != nullptr ? with_numbers(option->type, std::move(value)) : std::move(value));
    }
    return options;
} catch (...) {
    rethrow_as_error();
}

std::string config_yaml(const Config& config) try {
    const Config defaults;
    std::string text;
    for (const OptionSpec& option : option_table()) {
        const Value& value = config.get(option.name);
        if (is_own_option(option.name) && value == defaults.get(option.name)) continue;
        text += fmt::format("{}: {}\n", option.name, yaml_text(value));
    }
    return text;
} catch (...) {
    rethrow_as_error();
}

std::string default_config_yaml() {
    std::string text = "# Every option with its default. Change a copy and give it as cfg=FILE.\n";
    for (const OptionSpec& option : option_table()) {
        text += fmt::format("{:<32} # {}\n", fmt::format("{}: {}", option.name, default_yaml(option)),
                            help_in_yaml(option));
    }
    return text;
}

void write_default_config(const std::filesystem::path& path) try {
    write_file(expand_home(path.string()), default_config_yaml());
} catch (...) {
    rethrow_as_error();
}

std::string options_markdown() {
    std::string text =
        "<!-- Written by `yolo cfg --markdown` from src/options/option_table.cpp: change it there. -->\n"
        "# Options\n\n"
        "Given on the command line as `key=value`, in a YAML file as `key: value` (`cfg=FILE`). An option "
        "that has no\n"
        "effect in a mode or task is answered with a warning, an unknown one with an error that names the "
        "nearest.\n"
        "`~` at the start of a file or folder is the home folder. *later*: modes that this version does not "
        "have yet;\n*none*: kept so that files and commands with the key still work.\n\n"
        "| Option | Default | Values | Modes | Tasks | Meaning |\n"
        "|---|---|---|---|---|---|\n";
    for (const OptionSpec& option : option_table()) {
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", option.name,
                            option.default_text.empty() ? "-" : fmt::format("`{}`", option.default_text),
                            describe(option), describe_modes(option), names_of_tasks(option), option.help);
    }
    return text;
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "special_commands.hpp"

#include <filesystem>

#include <fmt/format.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "help.hpp"

namespace yolo::cli {

namespace {

constexpr const char* copy_name = "default_copy.yaml";

void copy_cfg(Console& console) {
    if (std::filesystem::exists(
            std::filesystem::symlink_status(copy_name)))  // a link to nowhere is somebody's, too
        throw Error(fmt::format("'{}' is there already: rename or remove it first", copy_name));
    write_default_config(copy_name);
    console.print(fmt::format("Every option with its default is in {}: change it, then give it as cfg={}\n",
                              copy_name, copy_name));
}

void print_cfg(const std::vector<std::string>& tokens, Console& console) {
    const bool markdown = tokens.size() == 1 && tokens[0] == "--markdown";
    console.print(markdown ? options_markdown() : default_config_yaml());
}

void print_info(const std::vector<std::string>& tokens, Console& console) {
    const Arguments arguments = parse_options(tokens);
    for (const std::string& text : arguments.warnings) console.warn(text);
    if (arguments.config.text("model").empty())
        throw UsageError("no model is given: write yolo info model=FILE");
    std::string summary = model_summary(arguments.config);
    if (!summary.ends_with('\n')) summary += '\n';
    console.print(summary);
}

}  // namespace

int run_special(const Arguments& arguments, Console& console) {
    switch (arguments.command.value()) {
        case Command::help:
            console.print(help_text(arguments.rest));
            break;
        case Command::checks:
            console.print(checks_text());
            break;
        case Command::version:
            console.print(fmt::format("{}\n", version));
            break;
        case Command::settings:
            run_settings(arguments.rest, console);
            break;
        case Command::cfg:
            print_cfg(arguments.rest, console);
            break;
        case Command::copy_cfg:
            copy_cfg(console);
            break;
        case Command::info:
            print_info(arguments.rest, console);
            break;
        case Command::debug:
            run_debug(arguments.rest);
            break;
        case Command::data:
            return run_data(arguments.rest, console);
    }
    return 0;
}

}  // namespace yolo::cli

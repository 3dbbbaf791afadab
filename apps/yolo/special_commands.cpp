// SPDX-License-Identifier: Apache-2.0
#include "special_commands.hpp"

#include <fmt/format.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "help.hpp"

namespace yolo::cli {

namespace {

constexpr const char* copy_name = "default_copy.yaml";

void copy_cfg(Console& console) {
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

void run_special(const Arguments& arguments, Console& console) {
    switch (arguments.command.value()) {
        case Command::help:
            return console.print(help_text(arguments.rest));
        case Command::checks:
            return console.print(checks_text());
        case Command::version:
            return console.print(fmt::format("{}\n", version));
        case Command::settings:
            return run_settings(arguments.rest, console);
        case Command::cfg:
            return print_cfg(arguments.rest, console);
        case Command::copy_cfg:
            return copy_cfg(console);
        case Command::info:
            return print_info(arguments.rest, console);
        case Command::debug:
            return run_debug(arguments.rest);
    }
}

}  // namespace yolo::cli

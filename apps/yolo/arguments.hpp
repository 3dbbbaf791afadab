// SPDX-License-Identifier: Apache-2.0
/// \file The grammar of the command line: yolo [TASK] [MODE] [KEY=VALUE ...] in any order, or a special
/// command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <yolo/config.hpp>

namespace yolo::cli {

enum class Command { help, checks, version, settings, cfg, copy_cfg, info, debug, data };

struct Arguments {
    std::optional<Command>
        command;  ///< a special command: `rest` holds all other tokens, nothing else is set
    std::vector<std::string> rest;
    Config config;  ///< checked, with the mode's own defaults
    Mode mode = Mode::train;
    std::vector<std::string> warnings;  ///< in the order in which the tokens caused them
};

/// Throws UsageError for anything that is not understood, Error when a cfg= file cannot be read.
Arguments parse_arguments(const std::vector<std::string>& arguments);

/// The same for the tokens beside a special command that takes options: special words are not known in here.
Arguments parse_options(const std::vector<std::string>& tokens);

/// Splits KEY=VALUE at the first '='; both sides without blanks. No '=': nullopt.
std::optional<std::pair<std::string, std::string>> split_option(const std::string& token);

}  // namespace yolo::cli

// SPDX-License-Identifier: Apache-2.0
/// \file What commands that run for a while have in common: messages, Ctrl-C, how they end.
#pragma once

#include <yolo/commands.hpp>

#include "console.hpp"

namespace yolo::cli {

constexpr int failed = 1, wrong_usage = 2;  ///< exit codes

/// What a command is for besides what it prints.
enum class Purpose { files, printing };

/// Signals only ask the command to end from now on; one that only prints is asked by a closed pipe, too.
CommandContext command_context(Console& console, Purpose purpose = Purpose::files);

/// 128 + the signal that ended the command, else 0 or `failed`.
int exit_code(bool complete);

}  // namespace yolo::cli

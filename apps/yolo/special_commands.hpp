// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arguments.hpp"
#include "console.hpp"

namespace yolo::cli {

/// help, checks, version, settings, cfg, copy-cfg, info, debug. Throws Error, UsageError.
void run_special(const Arguments& arguments, Console& console);

/// `yolo settings [reset | KEY=VALUE ...]`.
void run_settings(const std::vector<std::string>& tokens, Console& console);

/// `yolo debug tensors model= input= output= [engine= half= threads=]`.
void run_debug(const std::vector<std::string>& tokens);

/// The text of `yolo checks`.
std::string checks_text();

}  // namespace yolo::cli

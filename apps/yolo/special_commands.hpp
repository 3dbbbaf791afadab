// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arguments.hpp"
#include "console.hpp"

namespace yolo::cli {

/// help, checks, version, settings, cfg, copy-cfg, info, debug, data. Returns the exit code. Throws Error,
/// UsageError.
int run_special(const Arguments& arguments, Console& console);

/// `yolo settings [reset | KEY=VALUE ...]`.
void run_settings(const std::vector<std::string>& tokens, Console& console);

/// `yolo debug tensors model= input= output= [engine= half= threads=]`.
void run_debug(const std::vector<std::string>& tokens);

/// `yolo data check data=FILE.yaml [task= ...]`. Returns 1 when training could not use the data set.
int run_data(const std::vector<std::string>& tokens, Console& console);

/// `yolo data shapes task= n= out= [imgsz= seed=]`.
void run_shapes(const std::vector<std::string>& tokens, Console& console);

/// The text of `yolo checks`.
std::string checks_text();

}  // namespace yolo::cli

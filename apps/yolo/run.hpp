// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::cli {

/// The whole command line without the program's name. Returns the exit code: 0 done, 1 failed, 2 wrong usage,
/// 128 + signal when interrupted.
int run(const std::vector<std::string>& arguments);

}  // namespace yolo::cli

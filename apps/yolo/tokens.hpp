// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::cli {

/// Puts together what a shell or a hasty hand tore apart: KEY = VALUE, KEY= VALUE, KEY =VALUE become
/// KEY=VALUE, what stands between brackets becomes one token, and so do numbers behind a comma (classes=0,
/// 1). Throws UsageError when a bracket is left open.
std::vector<std::string> join_tokens(const std::vector<std::string>& arguments);

}  // namespace yolo::cli

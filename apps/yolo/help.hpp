// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::cli {

/// `yolo help`: the grammar, modes, commands and examples; or, when some of the other words name modes or
/// options, what the table says about those.
std::string help_text(const std::vector<std::string>& words);

}  // namespace yolo::cli

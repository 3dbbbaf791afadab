// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::cli {

/// `yolo help`: the grammar, modes, commands and examples; with other words, what each of them is: a mode
/// with its options, an option, an old name, a task, a command. Throws UsageError for words that are none of
/// these.
std::string help_text(const std::vector<std::string>& words);

}  // namespace yolo::cli

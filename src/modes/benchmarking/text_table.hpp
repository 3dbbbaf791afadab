// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::modes {

/// A table as Markdown has it, its columns wide enough for every cell on a terminal. The first row is the
/// head; columns whose head begins with '<' are aligned left, others right.
std::string text_table(std::vector<std::vector<std::string>> rows);

}  // namespace yolo::modes

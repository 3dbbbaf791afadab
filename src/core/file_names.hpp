// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo {

/// For each name, of a class say, one that a file or a folder can have, no two alike: slashes, backslashes
/// and control characters become `_`, blanks around it go, what is empty or leads elsewhere (`..`) becomes
/// `_`, and what is longer than 200 bytes is cut at a whole letter. A name that needs no change keeps itself;
/// where two become one the later is numbered: `a_b-2`.
std::vector<std::string> file_names(const std::vector<std::string>& names);

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace yolo {

/// What a foreign library says, on one line of a readable length, without the places in its source that
/// OpenCV and OpenVINO put in front.
inline std::string one_sentence(std::string_view text) {
    constexpr std::size_t longest = 300;  // such messages may hold whole call stacks
    while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
    if (text.starts_with("OpenCV(")) text.remove_prefix(std::min(text.find("error: ") + 7, text.size()));
    if (text.starts_with("Exception from ")) text.remove_prefix(text.rfind('\n') + 1);  // npos + 1 = 0
    std::string line(text.substr(0, std::min(text.find('\n'), longest)));
    std::ranges::replace(line, '\r', ' ');
    while (line.ends_with(' ')) line.pop_back();
    return line.empty() ? "no reason is known" : line;
}

}  // namespace yolo

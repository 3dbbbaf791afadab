// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yolo::test {

/// One command of a transcript and what it must print.
struct Step {
    int line = 0;  ///< where it stands in the file, from 1
    std::string command;
    std::vector<std::string> expected;
    int exit_code = 0;
};

struct Transcript {
    std::vector<std::string> needs;  ///< environment variables that name an existing path
    std::vector<Step> steps;
};

Transcript parse_transcript(std::string_view text);

std::vector<std::string> split_lines(std::string_view text);

/// "..." inside a line stands for any text, a line "..." for any number of lines.
bool matches(std::span<const std::string> expected, std::span<const std::string> actual);

}  // namespace yolo::test

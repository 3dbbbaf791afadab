// SPDX-License-Identifier: Apache-2.0
/// \file The rules of the house (DESIGN: dependencies point one way), applied to one file's text at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yolo::test {

/// An #include line: where it stands, what it names, and whether in quotes or in angle brackets.
struct Include {
    int line = 0;  ///< from 1
    std::string target;
    bool quoted = false;
};

std::vector<Include> includes_of(std::string_view text);

/// What is wrong with the file of that path (relative to the repository's root, with '/'), one sentence each,
/// starting with "PATH:LINE: ".
std::vector<std::string> violations(const std::string& path, std::string_view text);

}  // namespace yolo::test

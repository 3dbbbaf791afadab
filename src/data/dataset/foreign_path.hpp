// SPDX-License-Identifier: Apache-2.0
/// \file Paths as people and other systems write them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace yolo::data {

/// "C:\x", "C:/x" or "\\server\x": a place on a computer with Windows, nowhere here.
bool is_windows_path(std::string_view text);

/// With / instead of \.
std::string with_slashes(std::string_view text);

/// "https://..." and its like.
bool is_address(std::string_view text);

/// Whether there is a file or folder; false also where that cannot be known.
bool is_there(const std::filesystem::path& path);

/// With small letters for A to Z.
std::string lower_case(std::string text);

/// A path in a sentence: line ends and other control characters, which file names may hold, as "\n", "\x1b".
std::string shown(std::string_view path);

/// What keeps a file from being read as text, for a sentence that ends "...: IT" ("" when nothing does): it
/// is UTF-16, or has bytes that are no UTF-8.
std::string encoding_problem(std::string_view text);

}  // namespace yolo::data

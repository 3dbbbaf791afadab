// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace yolo::sources {

/// True for the name of a list: .txt or .csv.
bool is_list(const std::string& text);

/// The text of a list of any kind, by lines. UTF-8, or UTF-16 with its byte-order mark.
std::vector<std::string> list_lines(const std::filesystem::path& list);

/// The entries of a list as they are written: of a .txt one a line, without comments (# ...); of a .csv the
/// column "source", or all fields when no column is called so. UTF-8, or UTF-16 with its byte-order mark.
/// Throws Error when there are none.
std::vector<std::string> list_entries(const std::filesystem::path& list);

}  // namespace yolo::sources

// SPDX-License-Identifier: Apache-2.0
/// \file Lists of pictures: text files with one path a line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace yolo::data {

struct ListedPictures {
    std::vector<std::string> pictures;  ///< also those that are not there
    std::size_t absent = 0;             ///< how many are not there
    std::string first_absent;           ///< its line
    std::size_t others = 0;             ///< lines that name no picture; blank ones and comments do not count
    std::string first_other;
};

/// The pictures of a list. A line is looked for beside the list, in `root` and in the current folder: the
/// first of these under which the file is. So are, after it, the line with / for \ and without a "data/" at
/// its start, which darknet's lists have. Lines that begin with # are comments. Throws Error when the file is
/// not one of UTF-8 text.
ListedPictures read_list(const std::filesystem::path& list, const std::filesystem::path& root);

/// Where lines of that list are looked for.
std::vector<std::filesystem::path> list_roots(const std::filesystem::path& list,
                                              const std::filesystem::path& root);

}  // namespace yolo::data

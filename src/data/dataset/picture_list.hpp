// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace yolo::data {

/// The pictures of folders (with their sub-folders; hidden names are skipped) and of .txt lists (one path a
/// line, a leading "./" is the list's folder; listed files need not exist), sorted as texts. Throws Error for
/// a place that is not there or cannot be read.
std::vector<std::string> list_pictures(std::span<const std::filesystem::path> places);

/// The label file of a picture: the last "/images/" becomes "/labels/", the suffix ".txt".
std::string label_path(const std::string& picture);

/// How many of `count` pictures a share (<= 1) or a number (> 1) of them is: at least one.
std::size_t fraction_count(std::size_t count, double fraction);

}  // namespace yolo::data

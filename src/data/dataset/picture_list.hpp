// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <yolo/log.hpp>

namespace yolo::data {

/// The pictures of folders (with their sub-folders; hidden names are skipped) and of .txt lists, whose lines
/// are looked for beside the list, in `root` and in the current folder; sorted as texts. Throws Error for a
/// place that is not there or cannot be read, and when pictures are listed of which none is there. What a
/// list says in vain is a warning.
std::vector<std::string> list_pictures(std::span<const std::filesystem::path> places,
                                       const std::filesystem::path& root = {}, const LogSink& log = {});

/// Whether list_pictures() would find one; a folder is read no further than to its first.
bool has_pictures(std::span<const std::filesystem::path> places, const std::filesystem::path& root);

/// The label file of a picture: the last "/images/" becomes "/labels/", the suffix ".txt".
std::string label_path(const std::string& picture);

/// How many of `count` pictures a share (<= 1) or a number (> 1) of them is: at least one.
std::size_t fraction_count(std::size_t count, double fraction);

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
/// \file What verification found, remembered in a file beside the labels until a file or an option changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/label_index.hpp"
#include "data/dataset/label_parser.hpp"

namespace yolo::data {

/// A picture of a split and the file of its labels; classify has a class instead of the file.
struct SplitPicture {
    std::string path;
    std::string label_file;
    int class_id = -1;
};

/// A number that changes when a path, a size or a time of modification does, or what the labels are checked
/// for.
std::uint64_t cache_key(std::span<const SplitPicture> pictures, const LabelRules& rules);

/// The index of a block in memory.
std::shared_ptr<const LabelIndex> open_block(std::vector<std::byte> block, std::uint64_t key);

/// The index of that file, in place; null when there is none, or it is damaged or out of date.
std::shared_ptr<const LabelIndex> read_cache(const std::filesystem::path& file, std::uint64_t key);

/// Writes a block to that file. Throws Error, also when the file holds something that no block is: that is
/// somebody's and stays.
void write_block(const std::filesystem::path& file, std::span<const std::byte> block);

/// The index of a block that was written to that file: there, or in memory when it can no longer be read.
std::shared_ptr<const LabelIndex> open_written(const std::filesystem::path& file, std::uint64_t key,
                                               std::vector<std::byte> block);

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "data/dataset/label_cache.hpp"

namespace yolo::data {

/// Splits with more pictures keep their labels in the mapped cache file instead of in memory.
inline constexpr std::size_t mapped_from = 100'000;

struct ScanOptions {
    std::filesystem::path cache_file;
    const DatasetOptions* dataset = nullptr;
};

/// The index of verified pictures: from the cache, or by looking at every file. Throws Error when objects
/// lack the polygons that the task needs.
std::shared_ptr<const LabelIndex> scan(std::span<const SplitPicture> pictures, const LabelRules& rules,
                                       const ScanOptions& options);

}  // namespace yolo::data

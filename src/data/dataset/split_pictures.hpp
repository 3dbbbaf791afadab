// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/dataset/label_cache.hpp"

namespace yolo::data {

/// The pictures of a split that the options ask for, sorted, with their label files or classes. Throws Error
/// when the split is not named, not there or empty.
std::vector<SplitPicture> split_pictures(const DatasetSpec& spec, const DatasetOptions& options);

/// Beside the labels' folder, with its name and .yolo.cache (the Python package's own is .cache); classify:
/// beside the split's folder. Where splits share their folders (lists, chance), the split's name is part of
/// it.
std::filesystem::path cache_file(const DatasetSpec& spec, const std::string& split,
                                 const std::vector<SplitPicture>& pictures);

}  // namespace yolo::data

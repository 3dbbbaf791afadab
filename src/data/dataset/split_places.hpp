// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/dataset_spec.hpp"

namespace yolo::data {

/// Folders and lists of each split, as the YAML file says them.
using SplitPlaces = std::map<std::string, std::vector<std::string>>;

/// Where the places of the splits are: under the first of the roots that `path` leads to.
void resolve_splits(DatasetSpec& spec, const SplitPlaces& splits, const std::string& path,
                    const std::filesystem::path& datasets_dir);

}  // namespace yolo::data

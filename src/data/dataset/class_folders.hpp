// SPDX-License-Identifier: Apache-2.0
/// \file Data sets of classify: a folder with train/, val/ (and test/), each with one folder per class.
#pragma once

#include <string>
#include <vector>

#include "data/dataset_spec.hpp"

namespace yolo::data {

/// Reads what the folders say. Throws Error when there are no class folders.
DatasetSpec read_class_folders(const std::filesystem::path& root, const LogSink& log);

struct ClassPicture {
    std::string path;
    int class_id = 0;
};

/// The pictures of a split, class by class, each class sorted by path.
std::vector<ClassPicture> list_class_pictures(const DatasetSpec& spec, const std::string& split,
                                              const LogSink& log);

/// `count` of the places 0 ... size - 1, evenly spaced from the first to the last.
std::vector<std::size_t> evenly_spaced(std::size_t size, std::size_t count);

}  // namespace yolo::data

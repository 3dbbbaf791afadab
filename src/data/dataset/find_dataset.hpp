// SPDX-License-Identifier: Apache-2.0
/// \file What `data=` leads to.
#pragma once

#include <filesystem>
#include <string>

namespace yolo::data {

/// The path from the root of the file system, without "." and "..". Throws Error when the current folder is
/// gone.
std::filesystem::path absolute_path(const std::filesystem::path& path);

struct YamlText {
    std::filesystem::path file;  ///< where it stands; of a data set that is known by name, that name
    std::string text;
};

/// The YAML that `data` leads to: a file, a name without suffix, a folder, a name that is known. Throws
/// Error.
YamlText find_yaml(const std::string& data, const std::filesystem::path& datasets_dir);

/// The folder of class folders. Throws Error.
std::filesystem::path find_class_root(const std::string& data, const std::filesystem::path& datasets_dir);

}  // namespace yolo::data

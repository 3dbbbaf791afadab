// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/files.hpp"

namespace yolo::test {

/// FOLDER/tiny.yaml: a detector of three small convolutions and a head, with three classes.
inline std::filesystem::path write_tiny_detector(const std::filesystem::path& folder) {
    write_file(folder / "tiny.yaml", std::string_view(R"(
nc: 3
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [[2], 1, Detect, [nc]]
)"));
    return folder / "tiny.yaml";
}

}  // namespace yolo::test

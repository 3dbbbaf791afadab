// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yolo {

/// A file of the repository that is part of the library (cmake/YoloEmbed.cmake).
struct ShippedFile {
    std::string_view name;  ///< without its folder: "yolov8-seg.yaml"
    std::string_view text;
};

}  // namespace yolo

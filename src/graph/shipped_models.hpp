// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace yolo::graph {

/// A file of models/, embedded when the library is built (cmake/YoloEmbed.cmake).
struct ShippedModel {
    std::string_view file;  ///< "yolov8-seg.yaml"
    std::string_view text;
};

std::span<const ShippedModel> shipped_models();

}  // namespace yolo::graph

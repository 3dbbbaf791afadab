// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

#include "core/tensor.hpp"

namespace yolo::plots {

/// One picture of a grid: up to 16 of equal size are laid in columns, each
/// filled from above.
struct GridPicture {
    cv::Mat picture = {};   ///< (h, w, 3) uint8 BGR, as it goes into the network
    std::string name = {};  ///< of the file, shown in the corner
    Result found = {};      ///< boxes, masks, keypoints, obb in pixels of `picture`; classify: see `texts`
    /// A text for each box: the class, with its confidence where it was predicted. Classify: one text, shown
    /// in the corner in the colour of class `text_class`.
    std::vector<std::string> texts = {};
    int text_class = 0;
};

/// Writes the grid as JPEG. Nothing is written when there are no pictures.
void draw_picture_grid(std::span<const GridPicture> pictures, const std::filesystem::path& file);

}  // namespace yolo::plots

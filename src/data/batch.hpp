// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <yolo/image.hpp>

#include "core/tensor.hpp"

namespace yolo::data {

/// Where a picture of a batch came from.
struct BatchPicture {
    std::size_t index = 0;                     ///< in the data set
    Size original;                             ///< upright, as in the file
    double ratio_height = 1, ratio_width = 1;  ///< batch pixels per original pixel
    double top = 0, left = 0;                  ///< margin in batch pixels
};

/// One batch of pictures with their targets.
struct Batch {
    int number = 0;                      ///< in its epoch, from 0
    std::size_t first = 0;               ///< pictures of its epoch that came before it
    std::vector<BatchPicture> pictures;  ///< (N)
    Tensor images;                       ///< (N, H, W, 3) uint8 BGR, or (N, H, W, 1) grey

    // Targets, picture by picture; T objects in all. Classify: one class per picture and nothing else.
    std::vector<int> picture_of;  ///< (T) which picture of the batch, ascending
    std::vector<int> classes;     ///< (T)
    std::vector<float>
        boxes;  ///< (T, 4) xywh, or obb (T, 5) xywhr; x, w in shares of W, y, h of H, r in radians
    std::vector<float> keypoints;  ///< pose: (T, K, 3) x, y in shares, visibility
    /// Segment. Overlapping: (N, H / ratio, W / ratio) uint8 or int32, 0 or 1 + place of the object among its
    /// picture's. Else (T, H / ratio, W / ratio) uint8 0, 1.
    Tensor masks;

    int size() const { return static_cast<int>(pictures.size()); }
    int height() const { return static_cast<int>(images.dim(1)); }
    int width() const { return static_cast<int>(images.dim(2)); }
    int channels() const { return static_cast<int>(images.dim(3)); }
    std::size_t objects() const { return classes.size(); }
};

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "data/batch.hpp"

namespace yolo::train {

/// One object of a picture, in pixels of the network's input.
struct TargetObject {
    int class_id = 0;
    std::array<float, 5> box =
        {};                 ///< corners x1, y1, x2, y2 (and 0), or rotated: centre, width, height, angle
    std::size_t index = 0;  ///< in the batch
    int place = 0;          ///< among its picture's objects
};

/// The objects by picture. Boxes without extent at the origin are padding and left out; so are rotated boxes
/// with a side below 2 px. Throws Error when the batch does not fit `input`, the classes or itself.
std::vector<std::vector<TargetObject>> target_objects(const data::Batch& batch, int pictures, Size input,
                                                      int class_count, bool rotated);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "data/sample.hpp"

namespace yolo::data {

enum class FlipDirection { left_right, up_down };

/// Mirrors objects on a canvas. `flip_idx`: the keypoint that takes each one's place, or empty.
void flip_instances(Instances& instances, Size canvas, FlipDirection direction,
                    std::span<const int> flip_idx);

}  // namespace yolo::data

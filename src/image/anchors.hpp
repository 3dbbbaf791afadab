// SPDX-License-Identifier: Apache-2.0
/// \file Anchor points and the distances from them to the sides of boxes, in grid units (pixels / stride).
#pragma once

#include <span>
#include <vector>

#include "image/box_forms.hpp"

namespace yolo::image {

struct Anchor {
    float x = 0, y = 0;  ///< grid units, cell centres
    float stride = 1;    ///< input pixels
};

/// Level after level, each row-major, of a network input of this size.
std::vector<Anchor> make_anchors(Size input, std::span<const int> strides);

/// Distances left, top, right, bottom of the anchor to the sides of a box.
Box4 distances_to_xyxy(const Box4& distances, Point anchor);
Box4 distances_to_xywh(const Box4& distances, Point anchor);
Box4 xyxy_to_distances(const Box4& xyxy, Point anchor);

/// Distances measured in the box's own rotated frame.
Rotated5 distances_to_rotated(const Box4& distances, float angle, Point anchor);
Box4 rotated_to_distances(const Rotated5& box, Point anchor);

/// Distances limited to what 16 bins can express: 0 .. 14.99.
Box4 clamp_distances(const Box4& distances, float highest = 14.99f);

}  // namespace yolo::image

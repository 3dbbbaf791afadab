// SPDX-License-Identifier: Apache-2.0
/// \file Distances from anchor points to the sides of boxes, in grid units (pixels / stride).
#pragma once

#include "image/box_forms.hpp"

namespace yolo::image {

/// Distances left, top, right, bottom of the anchor to the sides of a box.
Box4 distances_to_xyxy(const Box4& distances, Point anchor);
Box4 xyxy_to_distances(const Box4& xyxy, Point anchor);

/// Distances measured in the box's own rotated frame.
Rotated5 distances_to_rotated(const Box4& distances, float angle, Point anchor);
Box4 rotated_to_distances(const Rotated5& box, Point anchor);

}  // namespace yolo::image

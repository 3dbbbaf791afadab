// SPDX-License-Identifier: Apache-2.0
/// \file What the augmentations do to the objects of a picture.
#pragma once

#include "data/labels.hpp"
#include "data/sample.hpp"

namespace yolo::data {

/// How outlines follow what happens to their picture.
enum class OutlineKind {
    shape,        ///< clamped to the canvas point by point
    rotated_box,  ///< cut at the edge to the rectangle in the same direction (obb)
};

/// Labels in pixels of a picture of that size. Outlines get `outline_points` points each (obb 100, else
/// 1000; one more than the longest where that has more).
Instances to_pixels(const Labels& labels, Size picture, int keypoints_each, std::size_t outline_points);

void scale(Instances& instances, float x, float y);
void shift(Instances& instances, float x, float y);
/// Limits everything to the canvas; keypoints outside become unlabelled.
void clip(Instances& instances, Size canvas, OutlineKind kind);
/// Keeps the objects at the given places, in their order.
void keep(Instances& instances, const std::vector<std::size_t>& places);
/// Drops objects whose box has no area.
void drop_empty(Instances& instances);
void append(Instances& instances, Instances more);

/// Intersection over the area of the second box.
float covered_share(const image::Box4& cover, const image::Box4& box);

}  // namespace yolo::data

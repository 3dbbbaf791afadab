// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <yolo/image.hpp>
#include <yolo/result.hpp>

#include "image/box_forms.hpp"

namespace yolo::data {

/// A labelled point; visibility 0 = not labelled, 1 = occluded, 2 = visible.
struct LabelPoint {
    float x = 0, y = 0, visibility = 0;
};

using Polygon = std::vector<Point>;

/// The labels of one picture as its file holds them: coordinates are shares of the picture's sides.
struct Labels {
    std::vector<int> classes;           ///< (n)
    std::vector<image::Box4> boxes;     ///< (n) xywh; of a polygon its extent
    std::vector<Polygon> polygons;      ///< (n) or none; obb: the four corners
    std::vector<LabelPoint> keypoints;  ///< (n * K) or none

    std::size_t size() const { return classes.size(); }
};

}  // namespace yolo::data

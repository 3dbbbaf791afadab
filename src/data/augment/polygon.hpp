// SPDX-License-Identifier: Apache-2.0
/// \file Geometry of outlines. A polygon is closed: its last point is joined to its first.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <opencv2/core/types.hpp>

#include "data/labels.hpp"

namespace yolo::data {

/// The outline as `count` points, read at positions by vertex number. Fewer given points are all kept.
Polygon resample_polygon(const Polygon& polygon, std::size_t count);

/// Truncated to whole pixels, for filling; points on the pixel of the one before them are left out.
std::vector<cv::Point> whole_pixels(const Polygon& polygon);

/// Smallest and largest coordinates, xyxy; all 0 of no points.
image::Box4 extent(const Polygon& polygon);

/// The extent of the part that lies on the canvas [0, width] x [0, height]; all 0 when nothing does.
image::Box4 visible_extent(const Polygon& polygon, Size canvas);

/// The part on the canvas (Sutherland, Hodgman, CACM 1974); exact for convex polygons.
Polygon clip_polygon(const Polygon& polygon, Size canvas);

/// A rotated box that crosses the edge of the canvas: the rectangle in its own direction around its visible
/// part, with as many points; `extent` is that of the visible part. All 0 of a box outside; nothing of one
/// that lies inside and stays as it is.
struct ClippedRotated {
    Polygon polygon;
    image::Box4 extent = {};
};
std::optional<ClippedRotated> clip_rotated(const Polygon& polygon, Size canvas);

}  // namespace yolo::data

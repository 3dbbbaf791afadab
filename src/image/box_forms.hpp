// SPDX-License-Identifier: Apache-2.0
/// \file The forms in which boxes are written, and the ways between them.
#pragma once

#include <array>
#include <span>

#include <yolo/image.hpp>
#include <yolo/result.hpp>

namespace yolo::image {

/// Four numbers; the name of the variable says which: xyxy (corners) or xywh (centre, sides).
using Box4 = std::array<float, 4>;
/// Centre x, centre y, width, height, angle of the side `width` in radians.
using Rotated5 = std::array<float, 5>;
using Corners = std::array<Point, 4>;

Box4 xywh_to_xyxy(const Box4& xywh);
Box4 xyxy_to_xywh(const Box4& xyxy);
/// Divided by the picture's sides: centre and sides in 0..1.
Box4 xyxy_to_xywhn(const Box4& xyxy, Size picture);
/// Times the picture's sides, moved by the padding (x, y).
Box4 xywhn_to_xyxy(const Box4& xywhn, Size picture, Point padding = {});

/// Corners c+v1+v2, c+v1-v2, c-v1-v2, c-v1+v2 with v1 = width/2 (cos, sin), v2 = height/2 (-sin, cos).
Corners rotated_to_corners(const Rotated5& box);
/// The rectangle of least area around the points: long side first, angle in [-pi/4, 3 pi/4).
Rotated5 least_rectangle(std::span<const Point> points);

}  // namespace yolo::image

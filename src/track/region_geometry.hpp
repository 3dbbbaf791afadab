// SPDX-License-Identifier: Apache-2.0
/// \file Where points are, seen from lines and areas. y points down, as in pictures.
#pragma once

#include <span>
#include <vector>

#include <yolo/result.hpp>

namespace yolo::track {

/// In double: differences of far coordinates must not vanish.
struct Place {
    double x = 0, y = 0;
    explicit Place(Point point) : x(static_cast<double>(point.x)), y(static_cast<double>(point.y)) {}
    Place(double to_right, double down) : x(to_right), y(down) {}
};

/// Points of a region that are given as shares of the picture's width and height: none is below 0 or above 1.
bool are_shares(std::span<const Point> points);

/// Pixels from the endless line through two different points; above 0 to the right of who walks from `from`
/// to `to`.
double signed_distance(Place from, Place to, Place place);
/// The way from `begin` to `end`, which lie on different sides of it, leads through the line's two ends.
bool passes_between(Place from, Place to, Place begin, Place end);

/// By the even-odd rule.
bool lies_inside(std::span<const Point> area, Place place);

struct Edge {
    Place from, to;
};
/// The edges of an area that can be crossed in a picture: all but those along its border or beyond it. Of a
/// picture of no size, all.
std::vector<Edge> crossable_edges(std::span<const Point> area, Size picture);
/// Pixels to the nearest edge; infinite where there are none.
double edge_distance(std::span<const Edge> edges, Place place);

/// Pixels of a straight way that lie inside of an area.
double way_inside(std::span<const Point> area, Place begin, Place end);

/// In square pixels; of one that crosses itself what remains when its turns cancel.
double area_of(std::span<const Point> area);
double length_of_edge(std::span<const Point> area);

/// Some part of the line, or of the area with what is inside it, lies in the picture.
bool touches(std::span<const Point> region, Size picture);

}  // namespace yolo::track

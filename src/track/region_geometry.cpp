// SPDX-License-Identifier: Apache-2.0
#include "track/region_geometry.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace yolo::track {

namespace {

double cross(Place from, Place to, Place place) {
    return (to.x - from.x) * (place.y - from.y) - (to.y - from.y) * (place.x - from.x);
}

double distance(Place a, Place b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// To the nearest point between the two ends.
double segment_distance(Place from, Place to, Place place) {
    const double squared = (to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y);
    if (squared == 0) return distance(from, place);
    const double along =
        ((place.x - from.x) * (to.x - from.x) + (place.y - from.y) * (to.y - from.y)) / squared;
    const double share = std::clamp(along, 0.0, 1.0);
    return distance(place, {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
}

/// Calls `edge(from, to)` for each edge of a closed area.
template <class Edge>
void each_edge(std::span<const Point> area, const Edge& edge) {
    for (std::size_t i = 0; i < area.size(); ++i) edge(Place(area[i]), Place(area[(i + 1) % area.size()]));
}

/// Liang and Barsky's clipping: some part of the way lies in the picture.
bool enters(Place from, Place to, Size picture) {
    double first = 0, last = 1;
    const double dx = to.x - from.x, dy = to.y - from.y;
    const std::array<std::array<double, 2>, 4> sides = {
        {{-dx, from.x}, {dx, picture.width - from.x}, {-dy, from.y}, {dy, picture.height - from.y}}};
    for (const auto& [slope, room] : sides) {
        if (slope == 0) {
            if (room < 0) return false;
        } else if (slope < 0) {
            first = std::max(first, room / slope);
        } else {
            last = std::min(last, room / slope);
        }
    }
    return first <= last;
}

}  // namespace

bool are_shares(std::span<const Point> points) {
    return std::ranges::all_of(points, [](const Point& point) {
        return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
    });
}

double signed_distance(Place from, Place to, Place place) {
    return cross(from, to, place) / distance(from, to);
}

bool passes_between(Place from, Place to, Place begin, Place end) {
    const double first = cross(begin, end, from), second = cross(begin, end, to);
    return (first <= 0 && second >= 0) || (first >= 0 && second <= 0);
}

bool lies_inside(std::span<const Point> area, Place place) {
    bool inside = false;
    each_edge(area, [&](Place from, Place to) {
        if ((from.y > place.y) == (to.y > place.y)) return;
        if (place.x < from.x + (to.x - from.x) * (place.y - from.y) / (to.y - from.y)) inside = !inside;
    });
    return inside;
}

std::vector<Edge> crossable_edges(std::span<const Point> area, Size picture) {
    const double right = picture.width - 1, low = picture.height - 1;
    std::vector<Edge> edges;
    each_edge(area, [&](Place from, Place to) {
        const bool border = std::max(from.x, to.x) <= 1 || std::max(from.y, to.y) <= 1 ||
                            std::min(from.x, to.x) >= right || std::min(from.y, to.y) >= low;
        if (!border || picture.width <= 0) edges.push_back({from, to});
    });
    return edges;
}

double edge_distance(std::span<const Edge> edges, Place place) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& [from, to] : edges) nearest = std::min(nearest, segment_distance(from, to, place));
    return nearest;
}

double way_inside(std::span<const Point> area, Place begin, Place end) {
    std::vector<double> cuts = {0, 1};  // shares of the way at which it meets edges
    each_edge(area, [&](Place from, Place to) {
        const double first = cross(from, to, begin), last = cross(from, to, end);
        if (first == last || !passes_between(from, to, begin, end)) return;
        const double share = first / (first - last);
        if (share > 0 && share < 1) cuts.push_back(share);
    });
    std::ranges::sort(cuts);
    double inside = 0;
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        const double middle = (cuts[i - 1] + cuts[i]) / 2;
        const Place place(begin.x + middle * (end.x - begin.x), begin.y + middle * (end.y - begin.y));
        if (lies_inside(area, place)) inside += cuts[i] - cuts[i - 1];
    }
    return inside * distance(begin, end);
}

double area_of(std::span<const Point> area) {
    double twice = 0;
    const Place origin(area.front());
    each_edge(area, [&](Place from, Place to) { twice += cross(origin, from, to); });
    return std::abs(twice) / 2;
}

double length_of_edge(std::span<const Point> area) {
    double length = 0;
    each_edge(area, [&](Place from, Place to) { length += distance(from, to); });
    return length;
}

bool touches(std::span<const Point> region, Size picture) {
    bool found = false;
    each_edge(region, [&](Place from, Place to) { found = found || enters(from, to, picture); });
    return found || (region.size() > 2 && lies_inside(region, {picture.width / 2.0, picture.height / 2.0}));
}

}  // namespace yolo::track

// SPDX-License-Identifier: Apache-2.0
/// \file Colours by class or by instance.
#include <algorithm>

#include "image/draw.hpp"

namespace yolo::image {

namespace {

constexpr int palette_size = 20;
constexpr int distinct = 100;         // between two colours that nobody takes for the same one
constexpr float neighbourhood = 8;    // a box reaches beyond its sides by one part in so many of their mean
constexpr float least_margin = 2.0f;  // pixels

/// The upright rectangle around an object and a margin.
struct Surroundings {
    float x1, y1, x2, y2;
};

Surroundings widened(float x1, float y1, float x2, float y2) {
    const float margin = (x2 - x1 + y2 - y1) / 2 / neighbourhood + least_margin;
    return {x1 - margin, y1 - margin, x2 + margin, y2 + margin};
}

Surroundings surroundings(const Box& box) {
    return widened(box.x1, box.y1, box.x2, box.y2);
}

Surroundings surroundings(const RotatedBox& box) {
    const auto corners = box.corners();
    const auto [left, right] = std::ranges::minmax_element(corners, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax_element(corners, {}, &Point::y);
    return widened(left->x, top->y, right->x, bottom->y);
}

bool touch(const Surroundings& a, const Surroundings& b) {
    return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}

/// Euclidean, squared.
int distance(const Color& a, const Color& b) {
    int sum = 0;
    for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

/// The first colour from `number` on that no neighbour's looks like, or the one that differs most from
/// theirs.
Color free_color(int number, const std::vector<Color>& taken) {
    Color best = class_color(number);
    int most = -1;
    for (int i = 0; i < palette_size && most < distinct * distinct; ++i) {
        const Color color = class_color(number + i);
        int nearest = distinct * distinct;
        for (const Color& other : taken) nearest = std::min(nearest, distance(color, other));
        if (nearest <= most) continue;
        most = nearest;
        best = color;
    }
    return best;
}

template <class AnyBox>
std::vector<Color> instance_colors(const std::vector<AnyBox>& boxes) {
    std::vector<Surroundings> places;
    std::vector<Color> colors, neighbours;
    for (const AnyBox& box : boxes) {
        const Surroundings place = surroundings(box);
        neighbours.clear();
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (touch(places[i], place)) neighbours.push_back(colors[i]);
        }
        const int number = static_cast<int>(places.size());
        colors.push_back(box.track_id >= 0 ? class_color(box.track_id) : free_color(number, neighbours));
        places.push_back(place);
    }
    return colors;
}

template <class AnyBox>
std::vector<Color> colors_of(const std::vector<AnyBox>& boxes, ColorMode mode) {
    if (mode == ColorMode::by_instance) return instance_colors(boxes);
    std::vector<Color> colors;
    for (const AnyBox& box : boxes) colors.push_back(class_color(box.class_id));
    return colors;
}

}  // namespace

std::vector<Color> object_colors(const Result& result, ColorMode mode) {
    return result.obb.empty() ? colors_of(result.boxes, mode) : colors_of(result.obb, mode);
}

}  // namespace yolo::image

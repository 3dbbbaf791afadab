// SPDX-License-Identifier: Apache-2.0
#include "data/augment/polygon.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace yolo::data {

namespace {

/// n numbers from 0 to last.
std::vector<double> evenly(double last, std::size_t n) {
    std::vector<double> numbers(n);
    const double step = n > 1 ? last / static_cast<double>(n - 1) : 0;
    for (std::size_t i = 0; i < n; ++i) numbers[i] = static_cast<double>(i) * step;
    if (n > 1) numbers.back() = last;
    return numbers;
}

struct Extent {
    float x1 = std::numeric_limits<float>::max(), y1 = x1, x2 = -x1, y2 = -x1;

    void add(float x, float y) {
        x1 = std::min(x1, x), y1 = std::min(y1, y);
        x2 = std::max(x2, x), y2 = std::max(y2, y);
    }
    image::Box4 box() const { return x1 > x2 ? image::Box4{} : image::Box4{x1, y1, x2, y2}; }
};

/// Even-odd rule.
bool covers(const Polygon& polygon, float x, float y) {
    bool inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Point a = polygon[i], b = polygon[j];
        if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
}

bool is_inside(Point p, float width, float height) {
    return p.x >= 0 && p.x <= width && p.y >= 0 && p.y <= height;
}

/// Keeps the side of a line on which `distance` is not negative.
template <class Distance>
Polygon cut(const Polygon& polygon, Distance distance) {
    Polygon kept;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        const float da = distance(a), db = distance(b);
        if (da >= 0) kept.push_back(a);
        if ((da >= 0) != (db >= 0)) {
            const float t = da / (da - db);
            kept.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
        }
    }
    return kept;
}

}  // namespace

Polygon resample_polygon(const Polygon& polygon, std::size_t count) {
    if (polygon.empty() || polygon.size() == count) return polygon;
    const std::size_t closed = polygon.size() + 1;
    const auto last = static_cast<double>(closed - 1);
    std::vector<double> positions;
    if (closed < count) {
        positions = evenly(last, count - closed);
        const std::size_t between = positions.size();
        for (std::size_t i = 0; i < closed; ++i) positions.push_back(static_cast<double>(i));
        std::inplace_merge(positions.begin(), positions.begin() + static_cast<std::ptrdiff_t>(between),
                           positions.end());
    } else {
        positions = evenly(last, count);
    }
    Polygon points;
    points.reserve(count);
    for (const double position : positions) {
        const auto i = static_cast<std::size_t>(position);
        const double share = position - static_cast<double>(i);
        const Point a = polygon[i % polygon.size()], b = polygon[(i + 1) % polygon.size()];
        points.push_back({static_cast<float>(a.x + share * (static_cast<double>(b.x) - a.x)),
                          static_cast<float>(a.y + share * (static_cast<double>(b.y) - a.y))});
    }
    return points;
}

std::vector<cv::Point> whole_pixels(const Polygon& polygon) {
    std::vector<cv::Point> points;
    for (const Point p : polygon) {
        const cv::Point pixel(static_cast<int>(p.x), static_cast<int>(p.y));
        if (points.empty() || points.back() != pixel) points.push_back(pixel);
    }
    return points;
}

image::Box4 extent(const Polygon& polygon) {
    Extent all;
    for (const Point p : polygon) all.add(p.x, p.y);
    return all.box();
}

image::Box4 visible_extent(const Polygon& polygon, Size canvas) {
    const auto width = static_cast<float>(canvas.width), height = static_cast<float>(canvas.height);
    Extent whole;
    for (const Point p : polygon) whole.add(p.x, p.y);
    if (whole.x1 >= 0 && whole.y1 >= 0 && whole.x2 <= width && whole.y2 <= height) return whole.box();
    if (whole.x2 < 0 || whole.y2 < 0 || whole.x1 > width || whole.y1 > height) return {};

    Extent visible;
    for (const Point p : polygon) {
        if (is_inside(p, width, height)) visible.add(p.x, p.y);
    }
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        for (const float x : {0.0f, width}) {
            if ((a.x < x) == (b.x < x)) continue;
            const float y = a.y + (x - a.x) / (b.x - a.x) * (b.y - a.y);
            if (y >= 0 && y <= height) visible.add(x, y);
        }
        for (const float y : {0.0f, height}) {
            if ((a.y < y) == (b.y < y)) continue;
            const float x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
            if (x >= 0 && x <= width) visible.add(x, y);
        }
    }
    for (const float x : {0.0f, width}) {
        for (const float y : {0.0f, height}) {
            const bool reached = whole.x1 <= x && x <= whole.x2 && whole.y1 <= y && y <= whole.y2;
            if (reached && covers(polygon, x, y)) visible.add(x, y);
        }
    }
    return visible.box();
}

Polygon clip_polygon(const Polygon& polygon, Size canvas) {
    const auto width = static_cast<float>(canvas.width), height = static_cast<float>(canvas.height);
    Polygon part = cut(polygon, [](Point p) { return p.x; });
    part = cut(part, [&](Point p) { return width - p.x; });
    part = cut(part, [](Point p) { return p.y; });
    return cut(part, [&](Point p) { return height - p.y; });
}

std::optional<ClippedRotated> clip_rotated(const Polygon& polygon, Size canvas) {
    const auto width = static_cast<float>(canvas.width), height = static_cast<float>(canvas.height);
    const auto inside = [&](Point p) { return is_inside(p, width, height); };
    if (std::all_of(polygon.begin(), polygon.end(), inside)) return std::nullopt;
    const Polygon part = clip_polygon(polygon, canvas);
    if (part.empty()) return ClippedRotated{Polygon(polygon.size()), {}};

    float angle = image::least_rectangle(polygon)[4];
    constexpr float pi = std::numbers::pi_v<float>;
    if (angle > pi / 2) angle -= pi;  // which corner comes first follows from it
    const float cosine = std::cos(angle), sine = std::sin(angle);
    Extent own;  // along and across the direction of the box
    for (const Point p : part) own.add(p.x * cosine + p.y * sine, p.y * cosine - p.x * sine);
    const float u = (own.x1 + own.x2) / 2, v = (own.y1 + own.y2) / 2;
    const image::Corners corners = image::rotated_to_corners(
        {u * cosine - v * sine, u * sine + v * cosine, own.x2 - own.x1, own.y2 - own.y1, angle});
    return ClippedRotated{resample_polygon({corners.begin(), corners.end()}, polygon.size()), extent(part)};
}

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"

namespace yolo::image {

namespace {

/// The pixel that a coordinate lies in. Far away and undefined ones are limited, so that OpenCV's arithmetic
/// holds.
int whole_pixel(float coordinate) {
    constexpr float far = 1 << 20;
    return std::isnan(coordinate) ? 0 : static_cast<int>(std::clamp(coordinate, -far, far));
}

cv::Point limited(cv::Point point, Size picture) {
    return {std::clamp(point.x, 0, std::max(picture.width - 1, 0)),
            std::clamp(point.y, 0, std::max(picture.height - 1, 0))};
}

}  // namespace

int line_width(Size picture, int wanted) {
    if (wanted > 0) return wanted;
    const double size = (picture.height + picture.width + 3) / 2.0;  // (height, width, 3), averaged over two
    return std::max(static_cast<int>(std::nearbyint(size * 0.003)), 2);
}

void draw_box(cv::Mat& picture, const Box& box, const Color& color, int width) {
    const int x1 = whole_pixel(box.x1), y1 = whole_pixel(box.y1), x2 = whole_pixel(box.x2),
              y2 = whole_pixel(box.y2);
    const int before = width / 2;  // of the stroke's pixels lie left of or above the edge
    const int full_width = x2 - x1 + width, full_height = y2 - y1 + width;
    const auto fill = [&](int x, int y, int w, int h) {
        cv::rectangle(picture, cv::Rect(x - before, y - before, w, h), color, cv::FILLED);
    };
    fill(x1, y1, full_width, width);
    fill(x1, y2, full_width, width);
    fill(x1, y1, width, full_height);
    fill(x2, y1, width, full_height);
}

void draw_box(cv::Mat& picture, const RotatedBox& box, const Color& color, int width) {
    std::array<cv::Point, 4> corners;
    std::ranges::transform(box.corners(), corners.begin(), [](const Point& corner) {
        return cv::Point(whole_pixel(corner.x), whole_pixel(corner.y));
    });
    const cv::Point* points = corners.data();
    const int count = static_cast<int>(corners.size());
    cv::polylines(picture, &points, &count, 1, true, color, width, cv::LINE_AA);
}

cv::Point label_anchor(const Box& box, Size picture) {
    return limited({whole_pixel(box.x1), whole_pixel(box.y1)}, picture);
}

cv::Point label_anchor(const RotatedBox& box, Size picture) {
    const auto corners = box.corners();
    const Point top = *std::min_element(corners.begin(), corners.end(), [](const Point& a, const Point& b) {
        return a.y != b.y ? a.y < b.y : a.x < b.x;
    });
    return limited({whole_pixel(top.x), whole_pixel(top.y)}, picture);
}

cv::Rect covered_pixels(const Box& box, Size picture, int line_width) {
    const int before = line_width / 2, beyond = line_width - before;  // of an edge's pixel
    const cv::Point first(whole_pixel(std::min(box.x1, box.x2)) - before,
                          whole_pixel(std::min(box.y1, box.y2)) - before);
    const cv::Point last(whole_pixel(std::max(box.x1, box.x2)) + beyond,
                         whole_pixel(std::max(box.y1, box.y2)) + beyond);
    return cv::Rect(first, last) & cv::Rect(0, 0, picture.width, picture.height);
}

cv::Rect covered_pixels(const RotatedBox& box, Size picture, int line_width) {
    const auto corners = box.corners();
    const auto [left, right] = std::ranges::minmax_element(corners, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax_element(corners, {}, &Point::y);
    return covered_pixels(Box{left->x, top->y, right->x, bottom->y}, picture, line_width);
}

}  // namespace yolo::image

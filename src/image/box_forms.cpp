// SPDX-License-Identifier: Apache-2.0
#include "image/box_forms.hpp"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace yolo::image {

Box4 xywh_to_xyxy(const Box4& xywh) {
    const auto [x, y, w, h] = xywh;
    return {x - w / 2, y - h / 2, x + w / 2, y + h / 2};
}

Box4 xyxy_to_xywh(const Box4& xyxy) {
    const auto [x1, y1, x2, y2] = xyxy;
    return {(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1};
}

Box4 xyxy_to_xywhn(const Box4& xyxy, Size picture) {
    const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
    const auto [x, y, w, h] = xyxy_to_xywh(xyxy);
    return {x / width, y / height, w / width, h / height};
}

Box4 xywhn_to_xyxy(const Box4& xywhn, Size picture, Point padding) {
    const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
    const auto [x1, y1, x2, y2] = xywh_to_xyxy(xywhn);
    return {width * x1 + padding.x, height * y1 + padding.y, width * x2 + padding.x, height * y2 + padding.y};
}

Corners rotated_to_corners(const Rotated5& box) {
    const auto [x, y, w, h, angle] = box;
    const float cosine = std::cos(angle), sine = std::sin(angle);
    const Point along{w / 2 * cosine, w / 2 * sine};
    const Point across{-h / 2 * sine, h / 2 * cosine};
    return {Point{x + along.x + across.x, y + along.y + across.y},
            Point{x + along.x - across.x, y + along.y - across.y},
            Point{x - along.x - across.x, y - along.y - across.y},
            Point{x - along.x + across.x, y - along.y + across.y}};
}

Rotated5 least_rectangle(std::span<const Point> points) {
    constexpr float pi = std::numbers::pi_v<float>;
    std::vector<cv::Point2f> pixels;
    pixels.reserve(points.size());
    for (const Point p : points) pixels.emplace_back(p.x, p.y);
    const cv::RotatedRect rectangle = cv::minAreaRect(pixels);
    float width = rectangle.size.width, height = rectangle.size.height;
    float angle = rectangle.angle / 180 * pi;
    if (width < height) {
        std::swap(width, height);
        angle += pi / 2;
    }
    while (angle >= 3 * pi / 4) angle -= pi;
    while (angle < -pi / 4) angle += pi;
    return {rectangle.center.x, rectangle.center.y, width, height, angle};
}

}  // namespace yolo::image

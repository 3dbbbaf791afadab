// SPDX-License-Identifier: Apache-2.0
#include "image/anchors.hpp"

#include <cmath>

namespace yolo::image {

Box4 distances_to_xyxy(const Box4& distances, Point anchor) {
    const auto [left, top, right, bottom] = distances;
    return {anchor.x - left, anchor.y - top, anchor.x + right, anchor.y + bottom};
}

Box4 xyxy_to_distances(const Box4& xyxy, Point anchor) {
    return {anchor.x - xyxy[0], anchor.y - xyxy[1], xyxy[2] - anchor.x, xyxy[3] - anchor.y};
}

Rotated5 distances_to_rotated(const Box4& distances, float angle, Point anchor) {
    const auto [left, top, right, bottom] = distances;
    const float x = (right - left) / 2, y = (bottom - top) / 2;  // centre from the anchor, in the box's frame
    const float cosine = std::cos(angle), sine = std::sin(angle);
    return {anchor.x + x * cosine - y * sine, anchor.y + x * sine + y * cosine, left + right, top + bottom,
            angle};
}

Box4 rotated_to_distances(const Rotated5& box, Point anchor) {
    const auto [cx, cy, w, h, angle] = box;
    const float dx = cx - anchor.x, dy = cy - anchor.y;
    const float cosine = std::cos(angle), sine = std::sin(angle);
    const float x = dx * cosine + dy * sine, y = -dx * sine + dy * cosine;
    return {w / 2 - x, h / 2 - y, w / 2 + x, h / 2 + y};
}

}  // namespace yolo::image

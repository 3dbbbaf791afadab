// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "track/detection.hpp"

namespace yolo::track {

/// Intersection over union of x1 y1 x2 y2, 0..1. In line: trackers ask it of every pair.
inline float box_overlap(const image::Box4& a, const image::Box4& b) {
    const float width = std::min(a[2], b[2]) - std::max(a[0], b[0]);
    const float height = std::min(a[3], b[3]) - std::max(a[1], b[1]);
    if (!(width > 0) || !(height > 0)) return 0;
    const float inside = width * height;
    const float area_a = (a[2] - a[0]) * (a[3] - a[1]), area_b = (b[2] - b[0]) * (b[3] - b[1]);
    return inside / (area_a + area_b - inside + 1e-7f);
}

/// Upright boxes: IoU; rotated ones: probabilistic IoU, at least 0.
inline float overlap(const Shape& a, const Shape& b, bool rotated) {
    if (!rotated) return box_overlap(a.corners, b.corners);
    return std::max(image::prob_iou(a.gaussian, b.gaussian), 0.0f);
}

}  // namespace yolo::track

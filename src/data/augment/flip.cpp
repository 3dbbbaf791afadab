// SPDX-License-Identifier: Apache-2.0
#include "data/augment/flip.hpp"

#include <algorithm>

namespace yolo::data {

void flip_instances(Instances& instances, Size canvas, FlipDirection direction,
                    std::span<const int> flip_idx) {
    const bool across = direction == FlipDirection::left_right;
    const auto side = static_cast<float>(across ? canvas.width : canvas.height);
    for (image::Box4& box : instances.boxes) {
        float& low = box[across ? 0 : 1];
        float& high = box[across ? 2 : 3];
        const float mirrored = side - high;
        high = side - low;
        low = mirrored;
    }
    const auto mirror = [&](auto& p) { (across ? p.x : p.y) = side - (across ? p.x : p.y); };
    for (Polygon& polygon : instances.polygons) std::for_each(polygon.begin(), polygon.end(), mirror);
    std::for_each(instances.keypoints.begin(), instances.keypoints.end(), mirror);
    if (flip_idx.empty()) return;
    const std::vector<LabelPoint> mirrored = instances.keypoints;
    const std::size_t each = flip_idx.size();
    for (std::size_t i = 0; i < mirrored.size(); ++i) {
        const std::size_t k = i % each;
        instances.keypoints[i] = mirrored[i - k + static_cast<std::size_t>(flip_idx[k])];
    }
}

}  // namespace yolo::data

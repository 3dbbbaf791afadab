// SPDX-License-Identifier: Apache-2.0
#include "track/overlap_row.hpp"

#include "core/simd.hpp"

namespace yolo::track {

namespace {

/// box_overlap of one box with `count` others.
YOLO_MULTIVERSION void box_overlaps(const float* box, const float* left, const float* top, const float* right,
                                    const float* bottom, int count, float* out) {
    const float x1 = box[0], y1 = box[1], x2 = box[2], y2 = box[3];
    const float area = (x2 - x1) * (y2 - y1);
    for (int i = 0; i < count; ++i) {
        const float width = (x2 < right[i] ? x2 : right[i]) - (x1 > left[i] ? x1 : left[i]);
        const float height = (y2 < bottom[i] ? y2 : bottom[i]) - (y1 > top[i] ? y1 : top[i]);
        const float inside = (width > 0 ? width : 0) * (height > 0 ? height : 0);
        const float other = (right[i] - left[i]) * (bottom[i] - top[i]);
        out[i] = inside / (area + other - inside + 1e-7f);
    }
}

}  // namespace

void OverlapRow::add(const Shape& shape) {
    if (rotated_) {
        gaussians_.push_back(shape.gaussian);
    } else {
        for (std::size_t k = 0; k < 4; ++k) corners_[k].push_back(shape.corners[k]);
    }
}

std::span<const float> OverlapRow::with(const Shape& shape) {
    if (rotated_) {
        overlaps_.clear();
        for (const image::BoxGaussian& gaussian : gaussians_)
            overlaps_.push_back(std::max(image::prob_iou(shape.gaussian, gaussian), 0.0f));
    } else {
        overlaps_.resize(corners_[0].size());
        box_overlaps(shape.corners.data(), corners_[0].data(), corners_[1].data(), corners_[2].data(),
                     corners_[3].data(), static_cast<int>(overlaps_.size()), overlaps_.data());
    }
    return overlaps_;
}

}  // namespace yolo::track

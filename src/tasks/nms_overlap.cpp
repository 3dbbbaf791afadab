// SPDX-License-Identifier: Apache-2.0
#include "tasks/nms_overlap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/float_limit.hpp"

namespace yolo::tasks {

namespace {

constexpr std::size_t box_block = 8;  // compared together, without a branch, so that compilers vectorise it

float area_of(const image::Box4& xyxy) {
    return (xyxy[2] - xyxy[0]) * (xyxy[3] - xyxy[1]);
}

/// An upper bound of the box's variance in any direction. Infinite, never out of reach, for tiny and very
/// thin boxes, whose probIoU is dominated by rounding.
float largest_variance(const image::Rotated5& box) {
    const float shorter = std::min(box[2], box[3]), longer = std::max(box[2], box[3]);
    const bool regular = shorter >= 1 && longer <= 200 * shorter;
    return regular ? longer * longer / 12 : std::numeric_limits<float>::infinity();
}

/// probIoU = 1 - sqrt(1 - exp(-D)) is above the threshold only if D < -ln(1 - (1 - threshold)^2), and D is at
/// least distance^2 / 4 / (sum of the largest variances). Twice that bound and a half leave room for
/// rounding.
float reach_of(double threshold) {
    const double rest = 1 - threshold;
    const double inside = 1 - rest * rest;
    if (threshold >= 1 || inside <= 0) return std::numeric_limits<float>::infinity();
    return static_cast<float>(4 * (-2 * std::log(inside) + 0.5));
}

}  // namespace

bool KeptBoxes::overlaps(const image::Box4& xyxy, float area, float limit, std::size_t begin,
                         std::size_t end) const {
    unsigned any = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const float width = std::max(std::min(xyxy[2], x2_[i]) - std::max(xyxy[0], x1_[i]), 0.0f);
        const float height = std::max(std::min(xyxy[3], y2_[i]) - std::max(xyxy[1], y1_[i]), 0.0f);
        const float inside = width * height;
        any |= static_cast<unsigned>(inside / (area_[i] + area - inside) > limit);
    }
    return any != 0;
}

bool KeptBoxes::overlaps(const image::Box4& xyxy, float limit) const {
    const float area = area_of(xyxy);
    std::size_t begin = 0;
    for (; begin + box_block <= area_.size(); begin += box_block) {
        if (overlaps(xyxy, area, limit, begin, begin + box_block)) return true;
    }
    return overlaps(xyxy, area, limit, begin, area_.size());
}

void KeptBoxes::add(const image::Box4& xyxy) {
    x1_.push_back(xyxy[0]);
    y1_.push_back(xyxy[1]);
    x2_.push_back(xyxy[2]);
    y2_.push_back(xyxy[3]);
    area_.push_back(area_of(xyxy));
}

SeenRotated::SeenRotated(double threshold) : limit_(float_limit(threshold)), reach_(reach_of(threshold)) {}

bool SeenRotated::overlaps(const image::Rotated5& box) const {
    const image::BoxGaussian gaussian = image::box_gaussian(box);
    const float x = box[0], y = box[1], variance = largest_variance(box);
    for (std::size_t begin = 0; begin < boxes_.size(); begin += box_block) {
        const std::size_t end = std::min(begin + box_block, boxes_.size());
        unsigned near = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const float dx = x - x_[i], dy = y - y_[i];
            near |= static_cast<unsigned>(!(dx * dx + dy * dy > reach_ * (variance + variance_[i])));
        }
        if (near == 0) continue;
        for (std::size_t i = begin; i < end; ++i) {
            if (image::prob_iou(boxes_[i], gaussian) > limit_) return true;
        }
    }
    return false;
}

void SeenRotated::add(const image::Rotated5& box) {
    boxes_.push_back(image::box_gaussian(box));
    x_.push_back(box[0]);
    y_.push_back(box[1]);
    variance_.push_back(largest_variance(box));
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include "track/corner_motion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace yolo::track {

namespace {

constexpr int frames_back = 3;
constexpr std::size_t most_seen = 4;

}  // namespace

CornerMotion::CornerMatrix CornerMotion::corners_of(const image::Box4& box) {
    CornerMatrix corners;
    corners << box[0], box[1], box[0], box[3], box[2], box[1], box[2], box[3];
    return corners;
}

CornerMotion::CornerMatrix CornerMotion::directions(const CornerMatrix& from, const CornerMatrix& to) {
    CornerMatrix way = to - from;
    for (int i = 0; i < 4; ++i) way.row(i) /= way.row(i).norm() + 1e-5f;
    return way;
}

const image::Box4& CornerMotion::box_at(int frame) const {
    const auto found = std::ranges::find(seen_, frame, &Seen::frame);
    return found == seen_.end() ? seen_.back().box : found->box;
}

void CornerMotion::see(int frame, const image::Box4& box) {
    seen_.push_back({frame, box});
    if (seen_.size() > most_seen) seen_.pop_front();
}

void CornerMotion::turn(int frame) {
    const CornerMatrix here = corners_of(seen_.back().box);
    velocity_.setZero();
    for (int back = 1; back <= frames_back; ++back)
        velocity_ += directions(corners_of(box_at(frame - back)), here) / static_cast<float>(back);
    velocity_ /= static_cast<float>(frames_back);
}

float CornerMotion::turn_to(const image::Box4& box, int frame) const {
    const CornerMatrix way = directions(corners_of(box_at(frame - frames_back)), corners_of(box));
    float sum = 0;
    for (int i = 0; i < 4; ++i) sum += std::acos(std::clamp(velocity_.row(i).dot(way.row(i)), -1.0f, 1.0f));
    return sum / (4 * std::numbers::pi_v<float>);
}

}  // namespace yolo::track

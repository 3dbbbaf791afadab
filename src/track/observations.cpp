// SPDX-License-Identifier: Apache-2.0
#include "track/observations.hpp"

#include <algorithm>

namespace yolo::track {

namespace {

Eigen::Vector2f center_of(const image::Box4& corners) {
    return {(corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2};
}

}  // namespace

Direction direction_between(const image::Box4& from, const image::Box4& to) {
    const Eigen::Vector2f way = center_of(to) - center_of(from);
    const float length = way.norm();
    if (length < 1e-6f) return Direction::Zero();
    return way / length;
}

void Observations::record(int frame, const image::Box4& corners, int delta_t) {
    seen_.push_back({frame, corners});
    while (seen_.size() > static_cast<std::size_t>(delta_t) + 2) seen_.pop_front();
    last_ = corners;
}

void Observations::turn(int frame, int delta_t) {
    if (seen_.size() < 2) return;
    const auto old_enough = [&](const Seen& seen) { return seen.frame < frame - delta_t + 1; };
    const auto newest = std::find_if(seen_.rbegin(), seen_.rend(), old_enough);
    const Seen& from = newest == seen_.rend() ? seen_.front() : *newest;
    direction_ = direction_between(from.corners, seen_.back().corners);
}

void Observations::move_last(const Warp& motion) {
    const Eigen::Vector2d old = center_of(last_).cast<double>();
    const Eigen::Vector2f way = (motion.leftCols<2>() * old + motion.col(2) - old).cast<float>();
    last_ = {last_[0] + way.x(), last_[1] + way.y(), last_[2] + way.x(), last_[3] + way.y()};
}

void replay(Track& track, const Observations& seen, const Detection& detection, const TrackForm& form,
            int frame) {
    const int gap = frame - seen.newest().frame;
    if (gap <= 1) return;
    track.filter = seen.saved();
    Detection between = detection;
    for (int t = 1; t < gap; ++t) {
        const float share = static_cast<float>(t) / static_cast<float>(gap);
        for (std::size_t k = 0; k < 4; ++k) {
            between.shape.corners[k] = (1 - share) * seen.last()[k] + share * detection.shape.corners[k];
        }
        predict(form.measured, track.filter);
        correct(form.measured, track.filter, between.measured(form.measured));
    }
    predict(form.measured, track.filter);
}

}  // namespace yolo::track

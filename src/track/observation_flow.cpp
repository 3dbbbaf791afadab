// SPDX-License-Identifier: Apache-2.0
#include "track/observation_flow.hpp"

#include <cmath>
#include <numbers>

namespace yolo::track {

namespace {

/// An accident of the reference, kept so that tracks agree: an observation that sticks out on the left of the
/// picture counts as none.
bool counts(const image::Box4& observation) {
    return observation[0] >= 0;
}

}  // namespace

double ObservationFlow::turn_cost(const Track& track, const Detection& detection) const {
    const auto& direction = track.seen.direction();
    if (!direction || !counts(track.seen.last())) return 0;
    const Direction way = direction_between(track.seen.last(), detection.shape.corners);
    if (way.isZero()) return 0;
    const float cosine = std::clamp(way.dot(*direction), -1.0f, 1.0f);
    return inertia_ * std::acos(cosine) / std::numbers::pi_v<float>;
}

double ObservationFlow::cost(const Track& track, const Detection& detection, float overlap) const {
    const double value = fused(overlap, detection) + turn_cost(track, detection);
    return with_looks(value, overlap, track, detection);
}

Shape ObservationFlow::last_shape(const Track& track) const {
    if (form().rotated || !counts(track.seen.last())) return shape_of(track, form());
    return {track.seen.last(), {}};
}

void ObservationFlow::recover(List& left, Seen& strong_left) {
    List tracked, others, tracked_left, others_left;
    for (Track* track : left) (track->state == TrackState::tracked ? tracked : others).push_back(track);
    recover_some(tracked, tracked_left, strong_left);
    replaying_ = true;
    recover_some(others, others_left, strong_left);
    replaying_ = false;
    left = std::move(tracked_left);
    left.insert(left.end(), others_left.begin(), others_left.end());
}

void ObservationFlow::recover_some(const List& tracks, List& left, Seen& strong_left) {
    associate(
        tracks, strong_left, settings().match, [this](const Track& track) { return last_shape(track); },
        [this](const Track& track, const Detection& detection, float shared) {
            return with_looks(fused(shared, detection), shared, track, detection);
        },
        left, strong_left, any_pair());
}

void ObservationFlow::born(Track& track, const Detection& detection) {
    track.seen.record(now().frame, corners_of(track, form().measured), delta_t_);
    track.seen.save(track.filter);
    learn(track, detection);
}

void ObservationFlow::found(Track& track, const Detection& detection) {
    track.seen.record(now().frame, detection.shape.corners, delta_t_);
    update_track(track, detection, form(), now());
    track.seen.turn(now().frame, delta_t_);
    track.seen.save(track.filter);
    learn(track, detection);
}

void ObservationFlow::found_again(Track& track, const Detection& detection) {
    if (replaying_) replay(track, track.seen, detection, form(), now().frame);
    track.seen.record(now().frame, detection.shape.corners, delta_t_);
    reactivate_track(track, detection, form(), now());
    track.seen.turn(now().frame, delta_t_);
    track.seen.save(track.filter);
    learn(track, detection);
}

}  // namespace yolo::track

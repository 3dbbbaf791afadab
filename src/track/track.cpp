// SPDX-License-Identifier: Apache-2.0
#include "track/track.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace yolo::track {

namespace {

/// The half turn of the detection's angle that is nearest to the track's.
float nearest_angle(float detected, float track) {
    const float half_turns = std::nearbyint((detected - track) / std::numbers::pi_v<float>);
    return detected - std::numbers::pi_v<float> * half_turns;
}

void take(Track& track, const Detection& detection, const Now& now) {
    track.score = detection.score;
    track.class_id = detection.class_id;
    track.index = detection.index;
    track.last_frame = now.frame;
    track.last_seconds = now.seconds;
}

void find(Track& track, const Detection& detection, const TrackForm& form, const Now& now, double noise) {
    correct(form.measured, track.filter, detection.measured(form.measured), noise);
    if (form.rotated) track.angle = nearest_angle(detection.angle, track.angle);
    track.state = TrackState::tracked;
    track.activated = true;
    take(track, detection, now);
}

using Matrix2 = Eigen::Matrix2d;

/// What the sizes of an xywh state are multiplied by.
Matrix2 warp_of_sizes(const Matrix2& turn, bool rotated) {
    if (rotated) return std::hypot(turn(0, 0), turn(1, 0)) * Matrix2::Identity();
    return turn.cwiseAbs();
}

}  // namespace

image::Box4 corners_of(const Track& track, Measured form) {
    const Vector8& mean = track.filter.mean;
    const double height = mean[3], width = form == Measured::xyah ? mean[2] * height : mean[2];
    const double left = mean[0] - width / 2, top = mean[1] - height / 2;
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(left + width),
            static_cast<float>(top + height)};
}

Shape shape_of(const Track& track, const TrackForm& form) {
    return shape_of(corners_of(track, form.measured), track.angle, form.rotated);
}

void activate_track(Track& track, int id, const Detection& detection, const TrackForm& form, const Now& now) {
    track.id = id;
    track.filter = start_filter(form.measured, detection.measured(form.measured));
    track.angle = detection.angle;
    track.state = TrackState::tracked;
    track.activated = now.frame == 1;
    track.tracklet_length = 0;
    track.start_frame = now.frame;
    take(track, detection, now);
}

void update_track(Track& track, const Detection& detection, const TrackForm& form, const Now& now,
                  double noise) {
    find(track, detection, form, now, noise);
    ++track.tracklet_length;
}

void reactivate_track(Track& track, const Detection& detection, const TrackForm& form, const Now& now,
                      double noise) {
    find(track, detection, form, now, noise);
    track.tracklet_length = 0;
}

void predict_track(Track& track, Measured form) {
    if (track.state != TrackState::tracked) {
        if (form == Measured::xywh) track.filter.mean[6] = 0;
        track.filter.mean[7] = 0;
    }
    predict(form, track.filter);
}

void warp_track(Track& track, const Warp& motion, const TrackForm& form) {
    const Matrix2 turn = motion.leftCols<2>();
    Matrix8 whole = Matrix8::Identity();
    whole.block<2, 2>(0, 0) = turn;
    whole.block<2, 2>(4, 4) = turn;
    if (form.measured == Measured::xywh) {
        const Matrix2 sizes = warp_of_sizes(turn, form.rotated);
        whole.block<2, 2>(2, 2) = sizes;
        whole.block<2, 2>(6, 6) = sizes;
    }
    track.filter.mean = whole * track.filter.mean;
    track.filter.mean.head<2>() += motion.col(2);
    track.filter.covariance = whole * track.filter.covariance * whole.transpose();
    if (form.rotated) track.angle += static_cast<float>(std::atan2(turn(1, 0), turn(0, 0)));
}

void smooth_feature(Track& track, const std::vector<float>& feature, float keep) {
    if (feature.empty()) return;
    if (track.feature.size() != feature.size()) {
        track.feature = feature;
        return;
    }
    for (std::size_t i = 0; i < feature.size(); ++i)
        track.feature[i] = keep * track.feature[i] + (1 - keep) * feature[i];
    track.feature = normalised(track.feature);
}

float cosine_distance(const Track& track, const Detection& detection) {
    if (track.feature.empty() || track.feature.size() != detection.feature.size()) return 2;
    float dot = 0;
    for (std::size_t i = 0; i < track.feature.size(); ++i) dot += track.feature[i] * detection.feature[i];
    return std::max(1 - dot, 0.0f);
}

}  // namespace yolo::track

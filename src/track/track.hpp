// SPDX-License-Identifier: Apache-2.0
/// \file An object that is followed, and what can happen to it (spec: states, events).
#pragma once

#include <cstdint>
#include <vector>

#include "track/camera_warp.hpp"
#include "track/detection.hpp"
#include "track/kalman.hpp"

namespace yolo::track {

enum class TrackState {
    fresh,    ///< born, not confirmed yet
    tracked,  ///< found in the last frame (FastTrack: or hidden for a moment)
    lost,     ///< not found, its place is predicted
    removed
};

/// The frame that is being worked on.
struct Now {
    int frame = 0;  // from 1
    double seconds = 0;
};

struct Track {
    int id = 0;
    TrackState state = TrackState::fresh;
    bool activated = false;  // visible
    KalmanState filter;
    float angle = 0;
    float score = 0;
    int class_id = 0;
    int index = -1;       // of the last detection in its frame
    int start_frame = 0;  // when it was born
    int last_frame = 0;   // when it was found last
    double last_seconds = 0;
    int tracklet_length = 0;     // matches since it was born or found again
    std::vector<float> feature;  // smoothed, of length 1; empty = none

    // Lists' own:
    bool listed = false;
    std::int64_t removed_as = 0;  // the newest of its removals, counted from 1; 0 = never
};

/// What all tracks of a tracker have in common.
struct TrackForm {
    Measured measured = Measured::xyah;
    bool rotated = false;
};

/// The box of the state, rounded to float32 as the overlaps take it.
image::Box4 corners_of(const Track& track, Measured form);
Shape shape_of(const Track& track, const TrackForm& form);

/// Starts the filter; not visible but in the first frame.
void activate_track(Track& track, int id, const Detection& detection, const TrackForm& form, const Now& now);
/// The track was found: filter, score, class, index, angle. `noise` as in project().
void update_track(Track& track, const Detection& detection, const TrackForm& form, const Now& now,
                  double noise = 1);
/// The same for one that was lost.
void reactivate_track(Track& track, const Detection& detection, const TrackForm& form, const Now& now,
                      double noise = 1);
/// One frame later; the size of what is not seen stays (velocity of the height, of both sides for xywh).
void predict_track(Track& track, Measured form);
/// The camera moved.
void warp_track(Track& track, const Warp& motion, const TrackForm& form);

/// smoothed = keep * smoothed + (1 - keep) * feature, again of length 1; the first is taken as it is.
void smooth_feature(Track& track, const std::vector<float>& feature, float keep);
/// 1 - cosine, at least 0; 2 where a side has none.
float cosine_distance(const Track& track, const Detection& detection);

}  // namespace yolo::track

// SPDX-License-Identifier: Apache-2.0
/// \file What OC-SORT (Cao et al., arXiv:2203.14360) remembers of a track: where it really was seen.
#pragma once

#include <deque>
#include <optional>

#include "track/track.hpp"

namespace yolo::track {

/// A unit vector; zero where the way was too short to have a direction.
using Direction = Eigen::Vector2f;

class Observations {
  public:
    struct Seen {
        int frame;
        image::Box4 corners;
    };

    /// To be called in this order: the filter is corrected in between.
    void record(int frame, const image::Box4& corners, int delta_t);
    void turn(int frame, int delta_t);
    void save(const KalmanState& filter) { saved_ = filter; }

    const Seen& newest() const { return seen_.back(); }
    /// Where it was seen last, moved with the camera since then.
    const image::Box4& last() const { return last_; }
    void move_last(const Warp& motion);
    const std::optional<Direction>& direction() const { return direction_; }
    const KalmanState& saved() const { return saved_; }

  private:
    std::deque<Seen> seen_;  // the newest delta_t + 2, oldest first
    image::Box4 last_{};
    std::optional<Direction> direction_;
    KalmanState saved_;
};

struct ObservedTrack : Track {
    Observations seen;
};

/// From the centre of one box to that of the other; zero when they are nearer than 1e-6 pixels.
Direction direction_between(const image::Box4& from, const image::Box4& to);

/// Observation-centric re-update: the filter as it was when the track was seen last goes along a straight
/// line to where it is seen now.
void replay(Track& track, const Observations& seen, const Detection& detection, const TrackForm& form,
            int frame);

}  // namespace yolo::track

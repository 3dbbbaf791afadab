// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include <Eigen/Core>

#include "image/box_forms.hpp"

namespace yolo::track {

/// In which directions the corners of a box go (TrackTrack).
class CornerMotion {
  public:
    /// The box of this frame, before turn().
    void see(int frame, const image::Box4& box);
    /// The directions anew, from the newest box and those of one to three frames before.
    void turn(int frame);
    /// By how much the corners turn on the way to a box of this frame: 0 straight on, 1 back; the mean of
    /// four.
    float turn_to(const image::Box4& box, int frame) const;

  private:
    using CornerMatrix = Eigen::Matrix<float, 4, 2>;  // (x1, y1), (x1, y2), (x2, y1), (x2, y2)
    struct Seen {
        int frame;
        image::Box4 box;
    };

    static CornerMatrix corners_of(const image::Box4& box);
    static CornerMatrix directions(const CornerMatrix& from, const CornerMatrix& to);
    const image::Box4& box_at(int frame) const;

    std::deque<Seen> seen_;  // the newest four, oldest first
    CornerMatrix velocity_ = CornerMatrix::Zero();
};

}  // namespace yolo::track

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "track/settings.hpp"
#include "track/track.hpp"

namespace yolo::track {

/// What BoT-SORT (arXiv:2206.14651, equations 12 and 13) and Deep OC-SORT make of the looks of a pair.
class Appearance {
  public:
    explicit Appearance(const Settings& settings)
        : on_(settings.flag("with_reid")),
          most_distance_(1 - settings.score("appearance_thresh")),
          most_apart_(1 - settings.score("proximity_thresh")) {}

    /// The smaller of `cost` and half the cosine distance, where that is small and the boxes are near.
    double cost(double cost, float overlap, const Track& track, const Detection& detection) const {
        if (!on_ || 1 - overlap > most_apart_) return cost;
        const float distance = cosine_distance(track, detection) / 2;
        return distance > most_distance_ ? std::min(cost, 1.0) : std::min<double>(cost, distance);
    }
    /// Boxes that don't overlap are near enough, too.
    bool reaches_everywhere() const { return on_ && most_apart_ >= 1; }

  private:
    bool on_;
    float most_distance_, most_apart_;
};

}  // namespace yolo::track

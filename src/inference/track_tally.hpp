// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <yolo/tracker.hpp>

namespace yolo::inference {

/// What trackers were given and gave, to say why there is nothing.
struct TrackTally {
    std::int64_t detections = 0;  ///< with an area: others are passed over
    std::int64_t rows = 0;        ///< of tracks
    float highest = 0;            ///< confidence of a detection

    void add(const Detections& given, const Tracks& got);
};

/// Why there is not one track although something was detected, in one sentence that begins with "no track";
/// "" when there are tracks, or there was nothing to track. `settings`: a tracker of the same settings.
std::string why_no_track(const TrackTally& tally, const Tracker& settings);

}  // namespace yolo::inference

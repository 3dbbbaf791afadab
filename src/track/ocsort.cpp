// SPDX-License-Identifier: Apache-2.0
#include "track/keys.hpp"
#include "track/observation_flow.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key ocsort_keys[] = {
    fraction("track_high_thresh", 0.25),
    fraction("track_low_thresh", 0.1),
    fraction("new_track_thresh", 0.25),
    track_buffer,
    fraction("match_thresh", 0.8),
    fuse_score,
    delta_t,
    inertia,
    use_byte,
    track_buffer_s,
};

}  // namespace

MethodRow ocsort() {
    return row_of<ObservationFlow>("ocsort", ocsort_keys);
}

}  // namespace yolo::track

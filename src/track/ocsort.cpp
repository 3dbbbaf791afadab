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

std::unique_ptr<Method> make_ocsort(const Settings& settings) {
    return std::make_unique<ObservationFlow>(settings);
}

}  // namespace

MethodRow ocsort() {
    return {"ocsort", ocsort_keys, make_ocsort};
}

}  // namespace yolo::track

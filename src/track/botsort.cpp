// SPDX-License-Identifier: Apache-2.0
/// \file BoT-SORT (Aharon et al., arXiv:2206.14651): ByteTrack that follows width and height, the camera, and
/// what objects look like.
#include "track/appearance.hpp"
#include "track/byte_flow.hpp"
#include "track/camera_follower.hpp"
#include "track/keys.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key botsort_keys[] = {
    fraction("track_high_thresh", 0.25),
    fraction("track_low_thresh", 0.1),
    fraction("new_track_thresh", 0.25),
    track_buffer,
    fraction("match_thresh", 0.8),
    fuse_score,
    gmc_method(flow_first),
    fraction("proximity_thresh", 0.5),
    fraction("appearance_thresh", 0.8),
    with_reid,
    reid_model,
    track_buffer_s,
};

class BotSort final : public ByteFlow<Track> {
  public:
    explicit BotSort(const Settings& settings)
        : ByteFlow(Measured::xywh, settings), camera_(settings), appearance_(settings) {}

  private:
    static constexpr float keep = 0.9f;  // of the smoothed feature

    void follow_camera(const Frame& frame, const Seen& strong, const List& pool,
                       const List& unconfirmed) override {
        camera_.follow(frame, strong, form(), pool, unconfirmed);
    }

    double cost(const Track& track, const Detection& detection, float overlap) const override {
        return appearance_.cost(fused(overlap, detection), overlap, track, detection);
    }
    bool any_pair() const override { return appearance_.reaches_everywhere(); }

    void born(Track& track, const Detection& detection) override { learn(track, detection); }
    void found(Track& track, const Detection& detection) override {
        update_track(track, detection, form(), now());
        learn(track, detection);
    }
    void found_again(Track& track, const Detection& detection) override {
        reactivate_track(track, detection, form(), now());
        learn(track, detection);
    }

    static void learn(Track& track, const Detection& detection) {
        smooth_feature(track, detection.feature, keep);
    }

    CameraFollower camera_;
    Appearance appearance_;
};

}  // namespace

MethodRow botsort() {
    return row_of<BotSort>("botsort", botsort_keys);
}

}  // namespace yolo::track

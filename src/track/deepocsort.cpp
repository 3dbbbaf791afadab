// SPDX-License-Identifier: Apache-2.0
/// \file Deep OC-SORT (Maggiolino et al., arXiv:2302.11813): OC-SORT that follows the camera, and what
/// objects look like.
#include "track/appearance.hpp"
#include "track/camera_follower.hpp"
#include "track/keys.hpp"
#include "track/observation_flow.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key deepocsort_keys[] = {
    fraction("track_high_thresh", 0.3),
    fraction("track_low_thresh", 0.1),
    fraction("new_track_thresh", 0.3),
    track_buffer,
    fraction("match_thresh", 0.8),
    fuse_score,
    delta_t,
    inertia,
    use_byte,
    gmc_method(none_first),
    fraction("proximity_thresh", 0.5),
    fraction("appearance_thresh", 0.9),
    fraction("alpha_fixed_emb", 0.95),
    with_reid,
    reid_model,
    track_buffer_s,
};

class DeepOcSort final : public ObservationFlow {
  public:
    explicit DeepOcSort(const Settings& settings)
        : ObservationFlow(settings),
          camera_(settings),
          appearance_(settings),
          keep_(settings.score("alpha_fixed_emb")) {}

  private:
    void follow_camera(const Frame& frame, const Seen& strong, const List& pool,
                       const List& unconfirmed) override {
        const Warp motion = camera_.follow(frame, strong, form(), pool, unconfirmed);
        if (motion == no_motion()) return;
        for (const List* list : {&pool, &unconfirmed}) {
            for (ObservedTrack* track : *list) track->seen.move_last(motion);
        }
    }

    double with_looks(double cost, float overlap, const ObservedTrack& track,
                      const Detection& detection) const override {
        return appearance_.cost(cost, overlap, track, detection);
    }
    bool any_pair() const override { return appearance_.reaches_everywhere(); }

    /// The surer the detection, the more of its feature is taken (section 3.2, dynamic appearance).
    void learn(ObservedTrack& track, const Detection& detection) override {
        const float high = settings().high;
        if (!(detection.score > high) && !track.feature.empty()) return;
        const float trust = std::max((detection.score - high) / (1 - high), 0.0f);
        smooth_feature(track, detection.feature, keep_ + (1 - keep_) * (1 - trust));
    }

    CameraFollower camera_;
    Appearance appearance_;
    float keep_;
};

}  // namespace

MethodRow deepocsort() {
    return row_of<DeepOcSort>("deepocsort", deepocsort_keys);
}

}  // namespace yolo::track

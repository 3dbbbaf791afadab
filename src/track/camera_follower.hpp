// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "track/camera_motion.hpp"
#include "track/settings.hpp"
#include "track/track.hpp"

namespace yolo::track {

/// Moves tracks as the camera moved.
class CameraFollower {
  public:
    explicit CameraFollower(const Settings& settings) : motion_(settings.text("gmc_method")) {}

    /// All lists of tracks follow; gives the motion back. `seen`: what moves by itself.
    template <class T>
    Warp follow(const Frame& frame, std::span<const Detection* const> seen, const TrackForm& form,
                const std::vector<T*>& pool, const std::vector<T*>& unconfirmed) {
        if (!motion_.is_on()) return no_motion();
        std::vector<image::Box4> moving;
        for (const Detection* detection : seen) moving.push_back(detection->shape.corners);
        const Warp motion = motion_.estimate(frame.pixels, moving);
        if (motion == no_motion()) return motion;
        for (T* track : pool) warp_track(*track, motion, form);
        for (T* track : unconfirmed) warp_track(*track, motion, form);
        return motion;
    }

  private:
    CameraMotion motion_;
};

}  // namespace yolo::track

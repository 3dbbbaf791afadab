// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace yolo::sources {

/// When each frame of a video is shown, in seconds from the first: by the file's time stamps, which may be
/// missing or begin again (recordings that were put one behind the other), then by its rate.
class FrameClock {
  public:
    explicit FrameClock(double fps) : period_(1 / fps) {}

    /// To be asked once for each frame, in order. `stamp`: in seconds from whenever. Never less than before.
    double next(std::optional<double> stamp);

  private:
    double period_;
    std::optional<double> seconds_;  ///< of the last frame
    std::optional<double> begin_;    ///< of the stamps
};

}  // namespace yolo::sources

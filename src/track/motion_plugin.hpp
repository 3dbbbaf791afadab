// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in libyolo_motion.so (src/track/plugins) offers: it links OpenCV's video, features2d
/// and calib3d, which bring along OpenCV's network module.
#pragma once

#include <span>

#include <opencv2/core/mat.hpp>

#include "image/box_forms.hpp"
#include "track/camera_warp.hpp"

namespace yolo::track {

inline constexpr char motion_library[] = "yolo_motion";

/// Follows one camera.
class MotionEstimator {
  public:
    virtual ~MotionEstimator() = default;
    /// The motion from the frame before to this one, in pixels of it; none for the first one and where it
    /// cannot be told. `gray`: 8-bit, one channel, always of one size; `moving`: boxes that don't move with
    /// the camera. No C++ exception leaves it.
    virtual Warp estimate(const cv::Mat& gray, std::span<const image::Box4> moving) noexcept = 0;
};

/// Of a key gmc_method other than none; the caller owns it. Null when there is no memory.
using MakeMotionEstimator = MotionEstimator*(const char* method);
inline constexpr char make_motion_estimator_name[] = "yolo_make_motion_estimator";

}  // namespace yolo::track

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

#include "image/box_forms.hpp"
#include "track/camera_warp.hpp"
#include "track/half_gray.hpp"

namespace yolo::track {

class MotionEstimator;

/// How the camera moved, by its pictures.
class CameraMotion {
  public:
    /// A key gmc_method: sparseOptFlow, orb, sift, ecc or none.
    explicit CameraMotion(std::string method);
    ~CameraMotion();
    CameraMotion(CameraMotion&&) noexcept;
    CameraMotion& operator=(CameraMotion&&) noexcept;

    bool is_on() const { return method_ != "none"; }
    /// The motion since the frame before, in pixels of the whole picture: none without a picture, and for the
    /// first one of its size. Throws Error when the plug-in is missing.
    Warp estimate(const ImageView& pixels, std::span<const image::Box4> moving);

  private:
    std::string method_;
    std::unique_ptr<MotionEstimator> estimator_;
    cv::Size size_;
    HalfGray half_;
};

}  // namespace yolo::track

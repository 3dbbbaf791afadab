// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::track {

/// Pictures in grey with half their sides (rounded down), as cv::cvtColor and cv::resize make them.
class HalfGray {
  public:
    /// `picture`: at least 2 x 2. Valid until the next call.
    const cv::Mat& of(const cv::Mat& picture, PixelFormat format);

  private:
    cv::Mat half_, strip_;  ///< their memory is used again
};

}  // namespace yolo::track

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/opencv.hpp>
#include <yolo/result.hpp>

namespace yolo::tasks {

/// The original picture's pixels, (h, w, 3) BGR, no copy. Throws Error when the result was made without its
/// picture.
cv::Mat picture_of(const Result& result);

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/types.hpp>

#include <yolo/result.hpp>

namespace yolo::image {

/// The smallest rectangle that holds every pixel of value 1; empty when there is none.
cv::Rect covered_part(const Mask& mask);

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::sources {

/// 1 to 4 channels of 8 or 16 bits as 8-bit BGR: grey repeated, alpha dropped, the upper 8 bits kept. Throws
/// Error for anything else, naming the picture's index.
cv::Mat bgr_picture(const cv::Mat& picture, int index);

}  // namespace yolo::sources

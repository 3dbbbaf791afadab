// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::image {

/// The same pixels, of 1, 3 or 4 channels, which stay the caller's; empty when there are none.
cv::Mat view_mat(const ImageView& view);

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

namespace yolo::image {

/// Whether pictures come in that many channels: 3, BGR, or 1, grey.
constexpr bool is_picture_depth(int channels) {
    return channels == 1 || channels == 3;
}

/// Throws Error when pictures do not.
void check_picture_depth(int channels);

/// The 8-bit picture, BGR or grey, in that many channels: itself when it has them; grey by the weights of
/// ITU-R BT.601. Throws as check_picture_depth.
cv::Mat with_channels(const cv::Mat& picture, int channels);

}  // namespace yolo::image

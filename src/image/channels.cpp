// SPDX-License-Identifier: Apache-2.0
#include "image/channels.hpp"

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

namespace yolo::image {

void check_picture_depth(int channels) {
    if (is_picture_depth(channels)) return;
    throw Error(fmt::format(
        "the network takes pictures of {} channels: they are read in colour (3) or in grey (1)", channels));
}

cv::Mat with_channels(const cv::Mat& picture, int channels) {
    check_picture_depth(channels);
    if (picture.channels() == channels) return picture;
    cv::Mat result;
    cv::cvtColor(picture, result, channels == 1 ? cv::COLOR_BGR2GRAY : cv::COLOR_GRAY2BGR);
    return result;
}

}  // namespace yolo::image

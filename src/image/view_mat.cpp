// SPDX-License-Identifier: Apache-2.0
#include "image/view_mat.hpp"

#include <cstdint>

namespace yolo::image {

namespace {

int channel_count(PixelFormat format) {
    switch (format) {
        case PixelFormat::gray:
            return 1;
        case PixelFormat::bgr:
        case PixelFormat::rgb:
            return 3;
        default:
            return 4;
    }
}

}  // namespace

cv::Mat view_mat(const ImageView& view) {
    if (view.data == nullptr || view.height <= 0 || view.width <= 0) return {};
    return {view.height, view.width, CV_8UC(channel_count(view.format)), const_cast<std::uint8_t*>(view.data),
            view.row_bytes == 0 ? std::size_t{cv::Mat::AUTO_STEP} : view.row_bytes};
}

}  // namespace yolo::image

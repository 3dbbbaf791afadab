// SPDX-License-Identifier: Apache-2.0
/// \file Adapts cv::Mat. The only public header that needs OpenCV; nothing else includes it.
#pragma once

#include <opencv2/core/mat.hpp>

#include <yolo/error.hpp>
#include <yolo/image.hpp>

namespace yolo {

/// A view of an 8-bit matrix with 1 (grey), 3 (BGR) or 4 (BGRA) channels; the matrix must outlive it.
/// Throws UsageError for any other matrix.
inline ImageView view(const cv::Mat& matrix) {
    const int channels = matrix.channels();
    if (matrix.depth() != CV_8U || (channels != 1 && channels != 3 && channels != 4)) {
        throw UsageError("yolo::view needs an 8-bit matrix with 1, 3 or 4 channels");
    }
    const PixelFormat format = channels == 1   ? PixelFormat::gray
                               : channels == 3 ? PixelFormat::bgr
                                               : PixelFormat::bgra;
    return {matrix.data, matrix.rows, matrix.cols, format, matrix.step[0]};
}

/// A matrix over the picture's pixels (no copy): valid as long as the Image.
inline cv::Mat matrix(const Image& image) {
    const ImageView& v = image.view();
    static_assert(cv::Mat::AUTO_STEP == 0, "0 means tightly packed to both");
    return cv::Mat(v.height, v.width, CV_8UC3, const_cast<std::uint8_t*>(v.data), v.row_bytes);
}
/// The matrix would outlive the pixels.
cv::Mat matrix(Image&&) = delete;

}  // namespace yolo

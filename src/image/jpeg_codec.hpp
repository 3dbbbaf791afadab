// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "image/codec.hpp"

namespace yolo::image {

/// A picture as a codec gives it: EXIF rotation not yet applied.
struct DecodedImage {
    cv::Mat pixels;       ///< (h, w, 3) uint8 BGR
    int orientation = 1;  ///< EXIF, 1..8
};

/// Throws Error with the bare reason ("truncated: ..."). Bytes after the end marker are ignored.
DecodedImage decode_jpeg(std::span<const std::byte> bytes);

/// `picture`: uint8, grey or BGR, at most 65500 pixels a side. Appends nothing: `out` is replaced.
void encode_jpeg(const cv::Mat& picture, const JpegOptions& options, std::vector<std::byte>& out);

}  // namespace yolo::image

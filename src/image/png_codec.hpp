// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/jpeg_codec.hpp"

namespace yolo::image {

/// Any PNG as 8-bit BGR: alpha dropped, the upper 8 of 16 bits. Throws Error with the bare reason.
DecodedImage decode_png(std::span<const std::byte> bytes);

/// `picture`: uint8, grey, BGR or BGRA.
void encode_png(const cv::Mat& picture, std::vector<std::byte>& out);

}  // namespace yolo::image

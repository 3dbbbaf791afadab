// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <opencv2/core/mat.hpp>

namespace yolo::plugins {

/// HEIF and AVIF as (h, w, 3) uint8 BGR, turned as the file asks. Throws Error with the bare reason; always
/// without libheif.
cv::Mat decode_heif(std::span<const std::byte> bytes);

}  // namespace yolo::plugins

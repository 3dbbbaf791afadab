// SPDX-License-Identifier: Apache-2.0
/// \file The part of the plug-in libyolo_media.so (src/sources/plugins) that reads and writes pictures in the
/// formats that this library does not know itself: it links OpenCV's imgcodecs, which takes 70 ms and 40 MB
/// to load.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "image/codec_format.hpp"

namespace yolo::image {

inline constexpr char media_library[] = "yolo_media";

/// False, with the reason, when the picture cannot be decoded; no C++ exception leaves the plug-in. `pixels`:
/// (h, w, 3) uint8 BGR, or uint16 as stored; EXIF rotation not applied, but for formats that
/// say it in their own way (TIFF, HEIF, AVIF).
using MediaDecode = bool(std::span<const std::byte> bytes, ImageFormat format, cv::Mat& pixels,
                         std::string& reason);
inline constexpr char media_decode_name[] = "yolo_media_decode";

/// `suffix` with its dot: ".bmp".
using MediaEncode = bool(const cv::Mat& picture, const std::string& suffix, std::vector<std::byte>& out,
                         std::string& reason);
inline constexpr char media_encode_name[] = "yolo_media_encode";

}  // namespace yolo::image

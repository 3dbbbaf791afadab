// SPDX-License-Identifier: Apache-2.0
/// \file Small pictures, EXIF blocks, and OpenCV's own codecs (through the plug-in) as the oracle.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include "image/codec_format.hpp"

namespace yolo::test {

using Bytes = std::vector<std::byte>;

/// A picture of smooth colours, without symmetry.
cv::Mat soft_picture(int height, int width);

bool same_pixels(const cv::Mat& a, const cv::Mat& b);

/// The message of the yolo::Error that `action` throws, or "" when it throws none.
std::string message_of(const std::function<void()>& action);

Bytes encode_with_opencv(const cv::Mat& picture, const std::string& suffix);
/// As cv::imread decodes, without EXIF rotation.
cv::Mat decode_with_opencv(std::span<const std::byte> bytes);

/// A JPEG with four components, as Adobe's programs write CMYK (inverted). The colours are those of `bgr`,
/// with K = 255.
Bytes cmyk_jpeg(const cv::Mat& bgr);

/// TIFF structure with the orientation tag only.
Bytes orientation_block(int orientation, bool little_endian);
/// The JPEG with an EXIF block behind its first marker.
Bytes with_exif(const Bytes& jpeg, int orientation, bool little_endian);
/// The pixels that a camera stores so that the given orientation shows `upright`.
cv::Mat stored_as(const cv::Mat& upright, int orientation);

}  // namespace yolo::test

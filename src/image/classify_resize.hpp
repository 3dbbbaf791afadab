// SPDX-License-Identifier: Apache-2.0
/// \file The picture of a classification network: an antialiased resize, then the middle.
#pragma once

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::image {

/// Bilinear resize of an 8-bit picture with antialiasing, as Pillow does it: a triangle filter as wide as the
/// scale, 22-bit fixed-point weights, across first with a rounding to 8 bits, then down. Pillow 13 goes down
/// first where more than twice as many rows as columns are lost; the roundings then fall otherwise.
cv::Mat resize_antialiased(const cv::Mat& picture, Size size);

/// Square `out`: the short side resized to it, the middle cut out. Else: resized to the exact size.
/// `out` is (height, width, 3) uint8 BGR or (height, width, 1) grey, e.g. a picture's place in a batch.
void classify_resize(const cv::Mat& picture, cv::Mat& out);

}  // namespace yolo::image

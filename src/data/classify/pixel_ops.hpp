// SPDX-License-Identifier: Apache-2.0
/// \file The operations of the augmentation policies (AutoAugment, Cubuk et al., arXiv:1805.09501), pixel for
/// pixel as Pillow computes them. Pictures are (h, w, 3) uint8 BGR and of any size; the result is a new one.
#pragma once

#include <array>

#include <opencv2/core/mat.hpp>

namespace yolo::data {

enum class PixelOp {
    identity,
    shear_x,
    shear_y,
    translate_x,
    translate_y,
    rotate,
    brightness,
    color,
    contrast,
    sharpness,
    posterize,
    solarize,
    autocontrast,
    equalize,
    invert
};

/// `magnitude`: of shears a factor, of translations pixels, of rotate degrees, of brightness ... sharpness
/// the change of a factor 1, of posterize bits kept, of solarize the level; ignored by the others.
cv::Mat apply(PixelOp op, const cv::Mat& picture, double magnitude);

/// d + factor (p - d) in 32 bits with each step rounded, truncated and limited to 0..255.
cv::Mat blend(const cv::Mat& base, const cv::Mat& picture, double factor);

/// Hue turned by a share of the circle, in 8-bit HSV with 256 hues.
cv::Mat turn_hue(const cv::Mat& picture, double turns);

/// The output pixel (x, y) shows the input at (a(x+.5) + b(y+.5) + c, d(x+.5) + e(y+.5) + f), bilinearly;
/// black outside.
cv::Mat affine(const cv::Mat& picture, const std::array<double, 6>& abcdef);

}  // namespace yolo::data

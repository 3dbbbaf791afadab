// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <opencv2/core/mat.hpp>

#include "data/augmentation.hpp"
#include "data/random.hpp"

namespace yolo::data {

using HsvGains = std::array<double, 3>;  ///< of hue, saturation, value; 0 changes nothing

HsvGains draw_hsv(const Augmentation& augmentation, Random random);

/// Hue + 180 * gain, saturation and value * (1 + gain), of an 8-bit BGR picture, in place; hue has 180 steps.
/// Gray stays gray.
void shift_hsv(cv::Mat& picture, const HsvGains& gains);

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
/// \file Augmentation policies: which operations a picture goes through, and how strongly.
#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

#include "data/random.hpp"

namespace yolo::data {

enum class Policy { none, randaugment, autoaugment, augmix };

/// Of the option auto_augment; "" and "None" are none. Throws UsageError that lists them for any other text.
Policy parse_policy(const std::string& name);

/// randaugment: two operations at magnitude 9 of 31 (Cubuk et al., arXiv:1909.13719). autoaugment: one of the
/// 25 pairs found on ImageNet (arXiv:1805.09501). augmix: three chains mixed (Hendrycks et al.,
/// arXiv:1912.02781).
cv::Mat apply_policy(Policy policy, const cv::Mat& picture, Random& random);

}  // namespace yolo::data

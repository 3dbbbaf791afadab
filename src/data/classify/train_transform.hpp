// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

#include "data/augmentation.hpp"
#include "data/random.hpp"

namespace yolo::data {

/// A picture of a classification training: a random part resized to `out` (antialiased), flips, the policy or
/// a jitter of the colours, and sometimes an erased rectangle. `out` is (s, s, 3) uint8 BGR or (s, s, 1)
/// grey, a place in a batch.
void classify_train_transform(const cv::Mat& picture, const Augmentation& augmentation, const RandomKey& key,
                              cv::Mat& out);

/// The part of a picture that is taken: up to ten tries for a share of the area in [smallest_share, 1] and an
/// aspect ratio in [3/4, 4/3], else the middle.
cv::Rect random_crop(cv::Size picture, double smallest_share, Random& random);

/// The rectangle that is erased, or an empty one when ten tries did not fit.
cv::Rect random_erasing(int side, Random& random);

}  // namespace yolo::data

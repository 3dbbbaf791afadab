// SPDX-License-Identifier: Apache-2.0
/// \file A rectangle of one sample in another (Yun et al., arXiv:1905.04899).
#pragma once

#include <optional>

#include <opencv2/core/types.hpp>

#include "data/augment/instances.hpp"
#include "data/random.hpp"
#include "data/sample.hpp"

namespace yolo::data {

/// A rectangle that touches no box of the sample; nothing when none of three drawn ones does.
std::optional<cv::Rect> draw_cutmix_area(const Sample& sample, Random random);

/// Copies the area of `second`, a sample of the same size, with those of its objects that are inside by at
/// least 0.1 of their box (0.01 where there are outlines), cut at its border. Nothing is done when there are
/// none.
void cut_in(Sample& sample, const Sample& second, const cv::Rect& area, OutlineKind kind);

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
/// \file How much boxes overlap, 0..1.
#pragma once

#include "image/box_forms.hpp"

namespace yolo::image {

/// Intersection over union of corner boxes; eps is added to the union.
float box_iou(const Box4& a, const Box4& b, float eps = 1e-7f);

/// A rotated box as a normal distribution: centre and covariance [[a, c], [c, b]].
struct BoxGaussian {
    float x = 0, y = 0;
    float a = 0, b = 0, c = 0;
};

BoxGaussian box_gaussian(const Rotated5& box);

/// Probabilistic IoU: one minus the Hellinger distance (Llerena et al., arXiv:2106.06072, equations 4 to 8).
/// Equal boxes reach about 0.9997, because of eps under the root.
float prob_iou(const BoxGaussian& first, const BoxGaussian& second, float eps = 1e-7f);
float prob_iou(const Rotated5& first, const Rotated5& second, float eps = 1e-7f);

}  // namespace yolo::image

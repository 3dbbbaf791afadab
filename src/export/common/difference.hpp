// SPDX-License-Identifier: Apache-2.0
/// \file How far what a file computes is from what its network computes.
#pragma once

#include <vector>

#include <yolo/model_info.hpp>

#include "core/tensor.hpp"

namespace yolo::exports {

/// Shares of the range of values: 0 = the same, 1 = as wrong as the range is wide.
struct Difference {
    double largest = 0;
    double mean = 0;
};

/// What the outputs of a file differ from those of its network, (N, C, ...) each. Boxes, scores and the rest
/// of output0 (coefficients, keypoints, angle) are each judged by their own range, so that pixels do not hide
/// scores; the worst of them counts. NaN and other shapes are a difference of infinity.
Difference difference(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected,
                      const ModelInfo& info);

}  // namespace yolo::exports

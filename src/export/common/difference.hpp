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

/// The larger of each.
Difference worse(const Difference& a, const Difference& b);

/// The same of one output, all of whose values have one range: prototypes.
Difference map_difference(const Tensor& actual, const Tensor& expected);

/// The same of final rows (N, max_det, 6 + extra): x1 y1 x2 y2 score class ..., zeros behind the last. A row
/// belongs to the nearest one of its class. One in fifty (at least one) may have none: of two boxes that
/// overlap by just the limit, rounding decides. More are a difference of infinity. `side`: of the input.
Difference row_difference(const Tensor& actual, const Tensor& expected, int side);

}  // namespace yolo::exports

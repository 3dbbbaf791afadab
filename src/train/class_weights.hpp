// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace yolo::train {

/// Weights of the class loss (cls_pw): (1 / count)^power, of mean 1; classes without objects get the others'
/// mean. Empty (all 1) when power is 0 or there are no objects at all.
std::vector<float> class_weights(std::span<const std::int64_t> counts, double power);

}  // namespace yolo::train

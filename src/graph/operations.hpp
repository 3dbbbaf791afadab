// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.hpp"

namespace yolo::graph {

/// Floating-point operations of one node, as `yolo info` counts them: two per multiply-accumulate, eight per
/// element out of a BatchNorm, two per averaged value (global pool, bins of a DecodeHead); the rest is not
/// counted.
std::int64_t operation_count(const Op& op, const std::vector<Shape>& inputs, const Shape& output);

}  // namespace yolo::graph

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/tensor.hpp"

namespace yolo::graph {

/// What a Reshape makes of a shape.
struct Reshaped {
    Shape from, to;
};

/// A Reshape for a value whose axes lie in another order.
struct OrderedReshape {
    std::vector<std::int64_t> dims;  ///< as in Reshape
    std::vector<int> order;          ///< of its output: axis i is axis order[i] of the Reshape's output
};

/// The Reshape that does the same to a value of which axis i is axis order[i] of the original. `examples`
/// shows the original at two different sizes. Nothing if there is none: the axes that it joins or splits do
/// not lie side by side.
std::optional<OrderedReshape> reshape_in_order(const std::array<Reshaped, 2>& examples,
                                               const std::vector<int>& order);

}  // namespace yolo::graph

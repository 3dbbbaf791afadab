// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "graph/graph.hpp"

namespace yolo::exports {

/// A set of values that have one range: those that Concat, Slice, MaxPool and Upsample join.
struct ValueGroup {
    std::vector<graph::ValueId> values;  ///< ascending
    /// The range may end there: what lies below hardly changes what the only readers make of it (Silu), or
    /// not at all (Relu).
    float lowest = -1e30F;
};

/// What of a network in its inference stage is to be 8 bits wide: all layers with weights, their inputs, and
/// what these are made from by ops that keep 8 bits. What only the decoding or an output reads stays float.
struct QuantizationScope {
    std::vector<const graph::Node*> layers;  ///< Conv, ConvTranspose, Linear, in order of execution
    std::vector<ValueGroup> groups;          ///< every value in one; ordered by their first values
};

/// The graph must live as long.
QuantizationScope quantization_scope(const graph::Graph& inference);

/// What becomes of bytes in an op.
enum class ByteUse {
    same,        ///< the output's values are those of the inputs, or some of them: Concat, MaxPool ...
    new_values,  ///< bytes in, other values out, which fit into bytes as well: Silu, Add ...
    layer,       ///< the same with weights
    none         ///< works on floats
};
ByteUse byte_use(const graph::Op& op);

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "kernels/activation.hpp"

namespace yolo::engines::cpu {

using kernels::Activation;

/// A node, with the activation and the sum that a convolution does on the way out.
struct Operation {
    std::string name;
    graph::Op op;
    std::vector<graph::ValueId> inputs;
    graph::ValueId output = -1;
    Activation activation = Activation::none;
    std::optional<graph::ValueId> residual;  ///< added after the activation
};

template <class T>
bool is(const Operation& operation) {
    return std::holds_alternative<T>(operation.op);
}

inline std::size_t index(graph::ValueId value) {
    return static_cast<std::size_t>(value);
}

/// The graph's nodes in execution order: Input and Dropout gone, Silu, Relu and Add fused into the
/// convolutions before them. Throws Error for a graph of another stage than inference.
struct FusedGraph {
    std::vector<Operation> operations;
    std::vector<graph::ValueId> outputs;
    int value_count = 0;
};

FusedGraph fuse(const graph::Graph& graph);

/// For each value, the indices of the operations that read it (a residual counts).
std::vector<std::vector<std::size_t>> find_readers(const FusedGraph& graph);

}  // namespace yolo::engines::cpu

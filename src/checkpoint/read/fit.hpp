// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "graph/graph.hpp"

namespace yolo::checkpoint {

/// A tensor of a file that is read when it turns out to be needed.
struct LazyTensor {
    DType dtype = DType::f32;
    Shape shape;
    std::function<Tensor()> read;
};
using LazyTensors = std::map<std::string, LazyTensor, std::less<>>;

/// The weights of a graph out of a file's tensors. A Conv with a bias and without BatchNorm in the file
/// ("fused") loses its BatchNorm in the graph too. Throws Error that names the first tensor that is missing,
/// left over, or of a wrong shape.
graph::Weights fit_weights(graph::Graph& graph, const LazyTensors& tensors);

}  // namespace yolo::checkpoint

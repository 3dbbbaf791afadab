// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "graph/model_spec.hpp"
#include "graph/passes.hpp"
#include "graph/weights_for.hpp"

namespace yolo::test {

/// A shipped description as it runs: normalisation folded, the head decoded; weights are zero.
inline graph::Graph inference_graph(const std::string& file) {
    const graph::Graph graph = graph::build_graph(graph::read_model_spec(file));
    return graph::to_inference(graph, zero_weights(graph)).graph;
}

}  // namespace yolo::test

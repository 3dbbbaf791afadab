// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <random>
#include <string>

#include "graph/model_spec.hpp"
#include "graph/weights_for.hpp"

namespace yolo::test {

/// Weights under which a deep network's values neither vanish nor explode.
inline graph::Weights lively_weights(const graph::Graph& graph, unsigned seed) {
    graph::Weights weights = random_weights(graph, seed);
    for (auto& [name, tensor] : weights) {
        if (tensor.shape().size() < 2) continue;
        const auto fan_in = static_cast<float>(tensor.elements() / tensor.dim(0));
        for (float& value : tensor.mutable_values<float>()) value *= 5 / std::sqrt(fan_in);
    }
    return weights;
}

/// A shipped description with 8 channels a layer, in its training stage.
inline graph::Network tiny_network(const std::string& file, int classes) {
    graph::ModelSpec spec = graph::read_model_spec(file);
    spec.yaml["scales"] = {{"t", {0.1, 0.01, 64}}};
    spec.scale = "t";
    graph::Graph graph = graph::build_graph(spec, {.class_count = classes});
    graph::Weights weights = lively_weights(graph, 3);
    return {std::move(graph), std::move(weights)};
}

}  // namespace yolo::test

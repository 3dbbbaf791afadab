// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <random>

#include "graph/graph.hpp"

namespace yolo::test {

/// All parameters and buffers of a graph, zero (float32; counters int64): views of one block.
inline graph::Weights zero_weights(const graph::Graph& graph) {
    const auto shapes = graph::parameter_shapes(graph);
    std::int64_t most = 2;
    for (const auto& [name, shape] : shapes) most = std::max(most, element_count(shape));
    auto zeros = std::make_shared<Tensor>(Tensor::allocate(DType::f32, {most}));
    std::ranges::fill(zeros->mutable_values<float>(), 0.0f);
    graph::Weights weights;
    for (const auto& [name, shape] : shapes) {
        weights[name] = Tensor(shape.empty() ? DType::i64 : DType::f32, shape, zeros, zeros->raw());
    }
    return weights;
}

/// The same, each its own, with values around zero; variances around one.
inline graph::Weights random_weights(const graph::Graph& graph, unsigned seed) {
    graph::Weights weights = zero_weights(graph);
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> around_zero(-0.5f, 0.5f);
    for (auto& [name, tensor] : weights) {
        if (tensor.dtype() != DType::f32) continue;
        tensor = Tensor::allocate(DType::f32, tensor.shape());
        const float centre = name.ends_with("running_var") || name.ends_with("bn.weight") ? 1.0f : 0.0f;
        for (float& value : tensor.mutable_values<float>()) value = centre + around_zero(generator);
    }
    return weights;
}

}  // namespace yolo::test

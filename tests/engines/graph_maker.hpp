// SPDX-License-Identifier: Apache-2.0
/// \file Builds small networks with random weights, op by op.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "core/tensor.hpp"
#include "graph/passes.hpp"

namespace yolo::test {

inline Tensor random_tensor(std::mt19937& random, Shape shape, float low, float high) {
    Tensor tensor = Tensor::allocate(DType::f32, std::move(shape));
    std::uniform_real_distribution<float> uniform(low, high);
    for (float& value : tensor.mutable_values<float>()) value = uniform(random);
    return tensor;
}

class GraphMaker {
  public:
    explicit GraphMaker(unsigned seed = 1, int channels = 3) : random_(seed) {
        add_node("input", graph::Input{channels}, {});
        network_.graph.stage = graph::Stage::inference;
    }

    static constexpr graph::ValueId input = 0;

    graph::ValueId conv(graph::ValueId x, int in, int out, int kernel = 1, int stride = 1, int groups = 1) {
        return conv(x, graph::Conv{in, out, kernel, stride, kernel / 2, 1, groups, true});
    }
    graph::ValueId conv(graph::ValueId x, const graph::Conv& op) {
        const int fan_in = op.in_channels / op.groups * op.kernel * op.kernel;
        const float bound = 1.7f / std::sqrt(static_cast<float>(fan_in));
        const std::string name = next_name();
        network_.weights[name + ".weight"] = random_tensor(
            random_, {op.out_channels, op.in_channels / op.groups, op.kernel, op.kernel}, -bound, bound);
        if (op.bias)
            network_.weights[name + ".bias"] = random_tensor(random_, {op.out_channels}, -0.5f, 0.5f);
        return add_node(name, op, {x});
    }
    /// conv, then SiLU
    graph::ValueId block(graph::ValueId x, int in, int out, int kernel = 1, int stride = 1, int groups = 1) {
        return op(graph::Silu{}, {conv(x, in, out, kernel, stride, groups)});
    }
    graph::ValueId deconv(graph::ValueId x, int in, int out) {
        const std::string name = next_name();
        const float bound = 1.7f / std::sqrt(static_cast<float>(in));
        network_.weights[name + ".weight"] = random_tensor(random_, {in, out, 2, 2}, -bound, bound);
        network_.weights[name + ".bias"] = random_tensor(random_, {out}, -0.5f, 0.5f);
        return add_node(name, graph::ConvTranspose{in, out, 2, 2, true}, {x});
    }
    graph::ValueId linear(graph::ValueId x, int in, int out) {
        const std::string name = next_name();
        const float bound = 1.7f / std::sqrt(static_cast<float>(in));
        network_.weights[name + ".weight"] = random_tensor(random_, {out, in}, -bound, bound);
        network_.weights[name + ".bias"] = random_tensor(random_, {out}, -0.5f, 0.5f);
        return add_node(name, graph::Linear{in, out}, {x});
    }
    graph::ValueId op(graph::Op op, std::vector<graph::ValueId> inputs) {
        return add_node(next_name(), std::move(op), std::move(inputs));
    }
    /// C2f with n bottlenecks.
    graph::ValueId c2f(graph::ValueId x, int in, int out, int n, bool shortcut = true) {
        const int c = out / 2;
        const graph::ValueId both = block(x, in, 2 * c);
        std::vector<graph::ValueId> parts = {op(graph::Slice{0, c}, {both}),
                                             op(graph::Slice{c, 2 * c}, {both})};
        for (int i = 0; i < n; ++i) {
            const graph::ValueId y = block(block(parts.back(), c, c, 3), c, c, 3);
            parts.push_back(shortcut ? op(graph::Add{}, {parts.back(), y}) : y);
        }
        return block(op(graph::Concat{}, parts), (2 + n) * c, out);
    }

    graph::Network finish(std::vector<graph::ValueId> outputs) {
        network_.graph.outputs = std::move(outputs);
        return network_;
    }
    std::mt19937& random() { return random_; }

  private:
    std::string next_name() { return fmt::format("n{}", network_.graph.nodes.size()); }
    graph::ValueId add_node(std::string name, graph::Op op, std::vector<graph::ValueId> inputs) {
        const graph::ValueId value = network_.graph.value_count++;
        network_.graph.nodes.push_back({std::move(name), std::move(op), std::move(inputs), value, 0});
        return value;
    }

    std::mt19937 random_;
    graph::Network network_;
};

}  // namespace yolo::test

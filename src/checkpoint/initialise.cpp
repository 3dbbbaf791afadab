// SPDX-License-Identifier: Apache-2.0
// Uniform weights of bound 1 / sqrt(fan in), the default of the field's frameworks; the biases of the head's
// last layers make it start from few and small objects (Lin et al. 2017, Focal Loss, section 4.1: a prior for
// rare classes).
#include "checkpoint/initialise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace yolo::checkpoint {

namespace {

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that scatters every bit.
std::uint64_t scatter(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

/// The stream of one parameter.
std::uint64_t stream_of(std::uint64_t seed, std::string_view name) {
    std::uint64_t stream = scatter(seed);
    for (const char c : name) stream = scatter(stream ^ static_cast<unsigned char>(c));
    return stream;
}

Tensor filled(const Shape& shape, float value) {
    Tensor tensor = Tensor::allocate(DType::f32, shape);
    const auto values = tensor.mutable_values<float>();
    std::fill(values.begin(), values.end(), value);
    return tensor;
}

Tensor uniform(const Shape& shape, int fan_in, std::uint64_t stream) {
    constexpr double steps = 1U << 24U;  // as many as a float of this size can hold
    const double bound = 1 / std::sqrt(static_cast<double>(std::max(fan_in, 1)));
    Tensor tensor = Tensor::allocate(DType::f32, shape);
    std::uint64_t index = 0;
    for (float& value : tensor.mutable_values<float>()) {
        const double unit = static_cast<double>(scatter(stream + index++) >> 40U) / steps;  // [0, 1)
        value = static_cast<float>((2 * unit - 1) * bound);
    }
    return tensor;
}

struct FanIn {
    int operator()(const graph::Conv& conv) const {
        return conv.in_channels / conv.groups * conv.kernel * conv.kernel;
    }
    int operator()(const graph::ConvTranspose& conv) const {
        return conv.out_channels * conv.kernel * conv.kernel;
    }
    int operator()(const graph::Linear& linear) const { return linear.in_features; }
    template <class Other>
    int operator()(const Other&) const {
        return 1;
    }
};

Tensor norm_parameter(const graph::Parameter& parameter) {
    const std::string_view name = parameter.name;
    if (name == "weight" || name == "running_var") return filled(parameter.shape, 1);
    if (name == "bias" || name == "running_mean") return filled(parameter.shape, 0);
    Tensor count = Tensor::allocate(DType::i64, parameter.shape);  // num_batches_tracked
    std::ranges::fill(count.mutable_values<std::int64_t>(), 0);
    return count;
}

void set_head_biases(const graph::Head& head, graph::Weights& weights) {
    constexpr float box_bias = 2;
    constexpr double objects = 5, picture = 640;  // about five objects in a picture of 640 x 640
    const auto set = [&](const std::string& name, float value) {
        Tensor& bias = weights.at(name);
        bias = filled(bias.shape(), value);
    };
    for (std::size_t level = 0; level < head.decode.strides.size(); ++level) {
        const double cells = std::pow(picture / head.decode.strides[level], 2);
        const double prior = std::log(objects / head.decode.class_count / cells);
        set(fmt::format("{}.cv2.{}.2.bias", head.name, level), box_bias);
        set(fmt::format("{}.cv3.{}.2.bias", head.name, level), static_cast<float>(prior));
    }
    Tensor projection = Tensor::allocate(DType::f32, {1, head.decode.reg_max, 1, 1});
    const auto values = projection.mutable_values<float>();
    std::iota(values.begin(), values.end(), 0.0F);
    weights.insert_or_assign(head.name + ".dfl.conv.weight", std::move(projection));
}

}  // namespace

graph::Weights initial_weights(const graph::Graph& graph, std::uint64_t seed) {
    graph::Weights weights;
    for (const graph::Node& node : graph.nodes) {
        const bool is_norm = std::holds_alternative<graph::BatchNorm>(node.op);
        for (const graph::Parameter& parameter : graph::parameters_of(node.op)) {
            std::string name = fmt::format("{}.{}", node.name, parameter.name);
            Tensor tensor =
                is_norm ? norm_parameter(parameter)
                        : uniform(parameter.shape, std::visit(FanIn{}, node.op), stream_of(seed, name));
            weights.emplace(std::move(name), std::move(tensor));
        }
    }
    if (graph.head) set_head_biases(*graph.head, weights);
    return weights;
}

}  // namespace yolo::checkpoint

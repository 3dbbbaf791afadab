// SPDX-License-Identifier: Apache-2.0
// Uniform weights of bound 1 / sqrt(fan in), the default of the field's frameworks; the biases of the head's
// last layers make it start from few and small objects (Lin et al. 2017, Focal Loss, section 4.1: a prior for
// rare classes).
#include "checkpoint/initialise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string_view>

#include <fmt/core.h>

namespace yolo::checkpoint {

namespace {

/// Numbers in the order in which the reference's framework draws them, so that a seed means the same weights
/// in both: Mersenne Twister (Matsumoto and Nishimura 1998), 24 bits to a float.
class Uniform {
  public:
    explicit Uniform(std::uint64_t seed) : bits_(static_cast<std::uint32_t>(seed)) {}

    /// The next value in [-bound, bound).
    float operator()(float bound) {
        constexpr std::uint32_t steps = 1U << 24U;  // as many as a float of this size can hold
        const double unit = static_cast<double>(bits_() & (steps - 1)) / steps;
        return static_cast<float>(unit * (2.0 * bound) - bound);  // exact in double: rounded once
    }

  private:
    std::mt19937 bits_;
};

Tensor filled(const Shape& shape, float value) {
    Tensor tensor = Tensor::allocate(DType::f32, shape);
    const auto values = tensor.mutable_values<float>();
    std::fill(values.begin(), values.end(), value);
    return tensor;
}

Tensor uniform(const Shape& shape, std::int64_t fan_in, Uniform& numbers) {
    const auto bound = static_cast<float>(1 / std::sqrt(static_cast<double>(fan_in)));
    Tensor tensor = Tensor::allocate(DType::f32, shape);
    std::ranges::generate(tensor.mutable_values<float>(), [&] { return numbers(bound); });
    return tensor;
}

Tensor norm_parameter(std::string_view name, const Shape& shape) {
    if (name == "weight" || name == "running_var") return filled(shape, 1);
    if (name == "bias" || name == "running_mean") return filled(shape, 0);
    Tensor count = Tensor::allocate(DType::i64, shape);  // num_batches_tracked
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
        set(head.box.last.at(level) + ".bias", box_bias);
        set(head.cls.last.at(level) + ".bias", static_cast<float>(prior));
    }
    if (head.dfl.empty()) return;
    Tensor projection = Tensor::allocate(DType::f32, {1, head.decode.reg_max, 1, 1});
    const auto values = projection.mutable_values<float>();
    std::iota(values.begin(), values.end(), 0.0F);
    weights.insert_or_assign(head.dfl + ".weight", std::move(projection));
}

}  // namespace

graph::Weights initial_weights(const graph::Graph& graph, std::uint64_t seed) {
    Uniform numbers(seed);
    graph::Weights weights;
    std::int64_t fan_in = 0;  // of the layer under way, whose weight comes first; 0: a normalisation
    for (const auto& [name, shape] : graph::parameter_shapes(graph)) {
        const std::string_view part = std::string_view(name).substr(name.rfind('.') + 1);
        if (part == "weight") fan_in = shape.size() == 1 ? 0 : element_count(shape) / shape.front();
        weights.emplace(name, fan_in == 0 ? norm_parameter(part, shape) : uniform(shape, fan_in, numbers));
    }
    if (graph.head) set_head_biases(*graph.head, weights);
    return weights;
}

}  // namespace yolo::checkpoint

// SPDX-License-Identifier: Apache-2.0
#include "export/common/quantization.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::exports {

namespace {

constexpr float largest_weight = 127;  // -128 is left out: the range is symmetric

/// Calls visit(channel, i) for every element i of a weight.
template <class Visit>
void for_channels(const Shape& shape, int axis, Visit visit) {
    std::int64_t inner = 1;
    for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i) inner *= shape[i];
    const std::int64_t channels = shape.at(static_cast<std::size_t>(axis));
    const std::int64_t count = element_count(shape);
    for (std::int64_t i = 0; i < count; ++i)
        visit(static_cast<std::size_t>(i / inner % channels), static_cast<std::size_t>(i));
}

}  // namespace

int Range::zero_point() const {
    return static_cast<int>(std::lround(-low / scale()));
}

Range range_around(float low, float high) {
    low = std::min(low, 0.0F);
    high = std::max(high, 0.0F);
    constexpr float least = 1e-6F;  // of a value that is always 0
    if (high - low < least) high = low + least;
    const float scale = (high - low) / byte_steps;
    const float zero_point = std::round(-low / scale);
    return {-zero_point * scale, (byte_steps - zero_point) * scale};
}

Range wide_range_around(float low, float high) {
    constexpr float least = 1e-6F;  // of a value that is always 0
    const float end = std::max({std::abs(low), std::abs(high), least});
    return {-end, end, wide_steps};
}

const Range* QuantizationPlan::range(std::string_view node) const {
    const auto found = values.find(node);
    return found == values.end() ? nullptr : &found->second;
}

const QuantizedLayer* QuantizationPlan::layer(std::string_view node) const {
    const auto found = layers.find(node);
    return found == layers.end() ? nullptr : &found->second;
}

QuantizedLayer quantize_layer(const Tensor& weight, const Tensor& bias, int channel_axis,
                              const Range& input) {
    const Tensor values = weight.to_f32();
    QuantizedLayer layer{Tensor::allocate(DType::i8, weight.shape()), {}, channel_axis, bias};
    const auto from = values.values<float>();
    std::vector<float>& scales = layer.scales;
    scales.resize(static_cast<std::size_t>(weight.dim(static_cast<std::size_t>(channel_axis))));
    for_channels(weight.shape(), channel_axis, [&](std::size_t channel, std::size_t i) {
        scales[channel] = std::max(scales[channel], std::abs(from[i]) / largest_weight);
    });
    constexpr float least = 1e-12F;           // of a channel of zeros
    constexpr float largest_bias = 1U << 30;  // sums of products come on top
    for (std::size_t channel = 0; channel < scales.size(); ++channel) {
        const float offset = bias.empty() ? 0 : std::abs(bias.values<float>()[channel]);
        scales[channel] = std::max({scales[channel], offset / largest_bias / input.scale(), least});
    }
    const auto to = layer.weight.mutable_values<std::int8_t>();
    for_channels(weight.shape(), channel_axis, [&](std::size_t channel, std::size_t i) {
        const float steps = std::round(from[i] / scales[channel]);
        to[i] = static_cast<std::int8_t>(std::clamp(steps, -largest_weight, largest_weight));
    });
    return layer;
}

Tensor dequantized(const QuantizedLayer& layer) {
    Tensor weight = Tensor::allocate(DType::f32, layer.weight.shape());
    const auto from = layer.weight.values<std::int8_t>();
    const auto to = weight.mutable_values<float>();
    for_channels(weight.shape(), layer.channel_axis, [&](std::size_t channel, std::size_t i) {
        to[i] = static_cast<float>(from[i]) * layer.scales[channel];
    });
    return weight;
}

Tensor integer_bias(const QuantizedLayer& layer, const Range& input) {
    const auto from = layer.bias.values<float>();
    Tensor bias = Tensor::allocate(input.wide() ? DType::i64 : DType::i32, layer.bias.shape());
    const auto round_to = [&]<class T>(std::span<T> to) {
        for (std::size_t channel = 0; channel < from.size(); ++channel) {
            const double unit = double{input.scale()} * layer.scales[channel];
            to[channel] = static_cast<T>(std::llround(from[channel] / unit));
        }
    };
    if (input.wide()) {
        round_to(bias.mutable_values<std::int64_t>());
    } else {
        round_to(bias.mutable_values<std::int32_t>());
    }
    return bias;
}

Tensor rounded_to(const Tensor& values, const Range& range) {
    Tensor rounded = Tensor::allocate(DType::f32, values.shape());
    const auto from = values.values<float>();
    const auto to = rounded.mutable_values<float>();
    const float scale = range.scale(), low = static_cast<float>(-range.zero_point()),
                high = low + static_cast<float>(range.steps);
    for (std::size_t i = 0; i < from.size(); ++i)
        to[i] = std::clamp(std::nearbyint(from[i] / scale), low, high) * scale;
    return rounded;
}

int output_channel_axis(const graph::Op& op) {
    if (std::holds_alternative<graph::ConvTranspose>(op)) return 1;
    const bool weights = std::holds_alternative<graph::Conv>(op) || std::holds_alternative<graph::Linear>(op);
    return weights ? 0 : -1;
}

}  // namespace yolo::exports

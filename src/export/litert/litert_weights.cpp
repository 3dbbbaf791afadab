// SPDX-License-Identifier: Apache-2.0
#include "export/litert/litert_weights.hpp"

#include <algorithm>
#include <cmath>

#include "core/permute.hpp"

namespace yolo::exports {

Int8Weights quantized_weights(const Tensor& weights, int axis) {
    constexpr float largest = 127;
    const auto at = static_cast<std::size_t>(axis);
    std::size_t inner = 1;
    for (std::size_t i = at + 1; i < weights.shape().size(); ++i)
        inner *= static_cast<std::size_t>(weights.dim(i));
    const auto channels = static_cast<std::size_t>(weights.dim(at));
    const auto from = weights.values<float>();
    const auto channel_of = [&](std::size_t i) { return i / inner % channels; };

    std::vector<float> most(channels, 0);
    for (std::size_t i = 0; i < from.size(); ++i)
        most[channel_of(i)] = std::max(most[channel_of(i)], std::abs(from[i]));
    Int8Weights result{Tensor::allocate(DType::i8, weights.shape()),
                       {std::vector<float>(channels), std::vector<std::int64_t>(channels, 0), axis}};
    for (std::size_t c = 0; c < channels; ++c) result.scales.scales[c] = most[c] > 0 ? most[c] / largest : 1;
    const auto to = result.numbers.mutable_values<std::int8_t>();
    for (std::size_t i = 0; i < from.size(); ++i) {
        const float number = std::nearbyint(from[i] / result.scales.scales[channel_of(i)]);
        to[i] = static_cast<std::int8_t>(std::clamp(number, -largest, largest));
    }
    return result;
}

Tensor conv_weights(const Tensor& weights) {
    return permute(weights, {0, 2, 3, 1});
}

Tensor depthwise_weights(const Tensor& weights) {
    return permute(weights, {1, 2, 3, 0});
}

Tensor transposed_conv_weights(const Tensor& weights) {
    return permute(weights, {1, 2, 3, 0});
}

}  // namespace yolo::exports

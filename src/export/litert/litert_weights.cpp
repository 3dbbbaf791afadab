// SPDX-License-Identifier: Apache-2.0
#include "export/litert/litert_weights.hpp"

#include <algorithm>

#include "core/permute.hpp"

namespace yolo::exports {

namespace {

Tensor reordered(const Tensor& weights, const std::vector<int>& perm) {
    const Tensor floats = permute(weights.to_f32(), perm);
    if (weights.dtype() != DType::i8) return floats;
    Tensor bytes = Tensor::allocate(DType::i8, floats.shape());
    const auto from = floats.values<float>();
    std::transform(from.begin(), from.end(), bytes.mutable_values<std::int8_t>().begin(),
                   [](float value) { return static_cast<std::int8_t>(value); });
    return bytes;
}

}  // namespace

Tensor conv_weights(const Tensor& weights) {
    return reordered(weights, {0, 2, 3, 1});
}

Tensor depthwise_weights(const Tensor& weights) {
    return reordered(weights, {1, 2, 3, 0});
}

Tensor transposed_conv_weights(const Tensor& weights) {
    return reordered(weights, {1, 2, 3, 0});
}

Tensor linear_weights(const Tensor& weights) {
    return weights;
}

}  // namespace yolo::exports

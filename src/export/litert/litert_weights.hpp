// SPDX-License-Identifier: Apache-2.0
/// \file How weights lie in a LiteRT file, and in how many bits.
#pragma once

#include "core/tensor.hpp"
#include "export/litert/litert_model.hpp"

namespace yolo::exports {

/// Weights in 8 bits, one scale for each index of an axis: real = scale * number.
struct Int8Weights {
    Tensor numbers;  ///< i8, of the weights' shape
    LitertScales scales;
};

/// To nearest; the largest of each index becomes +-127, so that 0 stays 0.
Int8Weights quantized_weights(const Tensor& weights, int axis);

/// (out, in, k, k) -> (out, k, k, in), float32
Tensor conv_weights(const Tensor& weights);
/// (out, 1, k, k) -> (1, k, k, out), of a convolution of each channel by itself
Tensor depthwise_weights(const Tensor& weights);
/// (in, out, k, k) -> (out, k, k, in)
Tensor transposed_conv_weights(const Tensor& weights);

}  // namespace yolo::exports

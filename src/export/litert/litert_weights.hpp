// SPDX-License-Identifier: Apache-2.0
/// \file How weights lie in a LiteRT file. Floats stay floats, bytes (I8) bytes.
#pragma once

#include "core/tensor.hpp"

namespace yolo::exports {

/// (out, in, k, k) -> (out, k, k, in)
Tensor conv_weights(const Tensor& weights);
/// (out, 1, k, k) -> (1, k, k, out), of a convolution of each channel by itself
Tensor depthwise_weights(const Tensor& weights);
/// (in, out, k, k) -> (out, k, k, in)
Tensor transposed_conv_weights(const Tensor& weights);
/// As they are: (out, in)
Tensor linear_weights(const Tensor& weights);

}  // namespace yolo::exports

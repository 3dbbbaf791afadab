// SPDX-License-Identifier: Apache-2.0
/// \file The ops of the Graph on dense NCHW float32 tensors, without any thought of speed.
#pragma once

#include <span>
#include <vector>

#include "core/tensor.hpp"
#include "graph/graph.hpp"

namespace yolo::engines::reference {

/// `bias` is empty when the op has none.
Tensor conv(const graph::Conv& op, const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor conv_transpose(const graph::ConvTranspose& op, const Tensor& x, const Tensor& weight,
                      const Tensor& bias);
Tensor silu(const Tensor& x);
Tensor relu(const Tensor& x);
Tensor add(const Tensor& a, const Tensor& b);
Tensor concat(std::span<const Tensor> parts);
Tensor slice(const graph::Slice& op, const Tensor& x);
Tensor max_pool(const graph::MaxPool& op, const Tensor& x);
Tensor upsample(const graph::Upsample& op, const Tensor& x);
Tensor global_average_pool(const Tensor& x);
Tensor linear(const graph::Linear& op, const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor softmax(const Tensor& x);
Tensor decode_head(const graph::DecodeHead& op, std::span<const Tensor> maps);

}  // namespace yolo::engines::reference

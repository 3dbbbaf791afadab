// SPDX-License-Identifier: Apache-2.0
/// \file The ops of the Graph on dense float32 tensors, without any thought of speed. Maps are NCHW.
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
Tensor sigmoid(const Tensor& x);
Tensor sine(const Tensor& x);
Tensor cosine(const Tensor& x);
Tensor scale(const graph::Scale& op, const Tensor& x);
struct BatchNormParameters {
    Tensor weight, bias, mean, variance;
};
Tensor batch_norm(const graph::BatchNorm& op, const Tensor& x, const BatchNormParameters& parameters);
Tensor max_pool(const graph::MaxPool& op, const Tensor& x);
Tensor upsample(const graph::Upsample& op, const Tensor& x);
Tensor global_average_pool(const Tensor& x);
Tensor linear(const graph::Linear& op, const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor decode_head(const graph::DecodeHead& op, std::span<const Tensor> maps);
Tensor suppress(const graph::NonMaxSuppression& op, const Tensor& columns);

// Of any rank (any_rank_ops.cpp).

/// Both broadcast as NumPy's arrays do.
Tensor add(const Tensor& a, const Tensor& b);
Tensor subtract(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor concat(const graph::Concat& op, std::span<const Tensor> parts);
Tensor slice(const graph::Slice& op, const Tensor& x);
Tensor softmax(const Tensor& x);  ///< along the last axis
Tensor weighted_sum(const graph::WeightedSum& op, const Tensor& x);
Tensor matrix_product(const Tensor& a, const Tensor& b);  ///< of their last two axes
Tensor reshape(const Tensor& x, const Shape& shape);
Tensor cell_centers(const graph::CellCenters& op, const Tensor& map);  ///< (1, 3, h w)

}  // namespace yolo::engines::reference

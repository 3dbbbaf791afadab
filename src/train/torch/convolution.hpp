// SPDX-License-Identifier: Apache-2.0
/// \file A convolution without bias whose gradient by the weights is our own.
#pragma once

#include "graph/graph.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Whether WeightGradient is the faster way for this convolution of these maps (N, C, H, W).
bool has_own_gradient(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight);

/// The convolution, differentiable; x and weight float32 on the CPU.
at::Tensor convolution(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
/// \file Convolutions that are our own, whole or in their gradient by the weights.
#pragma once

#include "graph/graph.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Whether that is the faster way for this convolution of these maps (N, C, H, W): float32 on the CPU, no
/// bias.
bool has_own_convolution(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight);

/// The convolution, differentiable.
at::Tensor convolution(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
/// \file Winograd's convolution (kernels/winograd.hpp) as an operation that can be differentiated.
#pragma once

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// The maps are (N, C, H, W), the weight (out, in, 3, 3), both float32 on the CPU, of channels that
/// kernels::Winograd can run; stride and padding are 1.
at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight);

}  // namespace yolo::train

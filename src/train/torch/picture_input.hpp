// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// What the first layer reads: (N, 3, H, W) channels_last, RGB 0..1, of the given type. `images`: (N, H, W,
/// 3) uint8 BGR, or floating point that is RGB 0..1 (N, 3, H, W) already.
at::Tensor network_input(const at::Tensor& images, at::ScalarType type);

}  // namespace yolo::train

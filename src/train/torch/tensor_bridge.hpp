// SPDX-License-Identifier: Apache-2.0
/// \file Between our tensors and LibTorch's.
#pragma once

#include "core/tensor.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// A copy: floating point becomes float32, integers int64.
at::Tensor copy_to_torch(const Tensor& tensor);

/// Shares the data, which must be aligned for its type; read only.
at::Tensor view_as_torch(const Tensor& tensor);

/// Dense float32 on the heap; shares the data when it is that already.
Tensor from_torch(const at::Tensor& tensor);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
/// \file Memory of a GPU, as LibTorch's own allocator sees it.
#pragma once

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// What this process has taken, tensors and what is kept for the next ones; `peak`: the most since
/// restart_peak().
double reserved_bytes(const at::Device& device, bool peak);
/// What nobody has taken.
double free_bytes(const at::Device& device);
/// Gives back what no tensor uses, and begins the peak anew.
void restart_peak(const at::Device& device);

}  // namespace yolo::train

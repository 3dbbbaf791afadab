// SPDX-License-Identifier: Apache-2.0
/// \file Batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167) and SiLU as one differentiable
/// operation that keeps its input only.
#pragma once

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Parameters and running statistics, all float32 (channels).
struct BatchNormState {
    at::Tensor weight, bias, running_mean, running_var;
    at::Tensor batches_tracked;  ///< int64 scalar
    double eps = 1e-3, momentum = 0.03;
};

/// silu(batch_norm(x)); x (N, C, H, W). With `batch_statistics` the batch's own mean and variance are used,
/// and the running ones moved towards them; gradients flow through the statistics.
at::Tensor batch_norm_silu(const at::Tensor& x, BatchNormState& state, bool batch_statistics);

/// The same without SiLU.
at::Tensor batch_norm(const at::Tensor& x, BatchNormState& state, bool batch_statistics);

}  // namespace yolo::train

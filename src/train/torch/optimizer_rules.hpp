// SPDX-License-Identifier: Apache-2.0
/// \file How each optimiser moves one parameter: plain tensor operations, on any device.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// What an optimiser remembers of a parameter, under the names that checkpoints use.
struct Slots {
    double step = 0;
    double mu_product = 1;  ///< NAdam
    std::map<std::string, at::Tensor, std::less<>> tensors;

    /// The tensor of that name, zeros in the layout of `like` at first.
    at::Tensor& tensor(const std::string& name, const at::Tensor& like);
};

struct Rate {
    double lr = 0;
    double momentum = 0;  ///< beta1 of the Adam kinds
    double weight_decay = 0;
};

struct OptimizerKind {
    std::string_view name;
    bool counts_steps;  ///< `step` is part of its state
    /// Moves `value`. `gradient` is a copy in the value's layout that may be written.
    void (*update)(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate);
};

inline constexpr double adam_beta2 = 0.999, optimizer_eps = 1e-8, rmsprop_alpha = 0.99, nadam_decay = 0.004;

/// Throws Error for a name that is not one of them.
const OptimizerKind& find_optimizer_kind(std::string_view name);

/// SGD with decay and Nesterov momentum. `gradient` is written over.
void nesterov_update(at::Tensor& value, at::Tensor& gradient, at::Tensor& buffer, const Rate& rate);

/// The matrix nearest to orthogonal: five steps of the quintic Newton-Schulz iteration in bf16 (Jordan et
/// al., Muon, 2024). `update`: 2-D or 4-D, whose rows are its first dimension.
at::Tensor orthogonalised(const at::Tensor& update);

/// The Muon half of MuSGD: value -= 0.2 lr orthogonalised(Nesterov momentum of the gradient).
void muon_update(at::Tensor& value, const at::Tensor& gradient, Slots& slots, const Rate& rate);

}  // namespace yolo::train

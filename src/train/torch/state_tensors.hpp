// SPDX-License-Identifier: Apache-2.0
/// \file Tensors of a training into its saved state and back, bit for bit.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/tensor.hpp"
#include "graph/graph.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// A copy of its own: float32, or int64 for integers; row-major, whatever the layout in memory.
Tensor snapshot(const at::Tensor& tensor);
void add_snapshots(const NamedTensors& tensors, graph::Weights& to);

/// Writes `from` (any floating type) into `to`, whose layout and device stay. Throws Error, naming `what`,
/// when the shapes differ.
void assign(at::Tensor& to, const Tensor& from, const std::string& what);
/// All of them, by name. Throws Error that names the first that is missing.
void assign_all(NamedTensors& to, const graph::Weights& from, const std::string& where);

}  // namespace yolo::train

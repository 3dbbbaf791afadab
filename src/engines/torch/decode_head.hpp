// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "graph/graph.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::engines::torch_engine {

/// Decodes the maps of a detection head (order: graph::DecodeHead): (N, 4 + nc + extra, A) float32.
at::Tensor decode_head(const graph::DecodeHead& op, const std::vector<at::Tensor>& maps);

}  // namespace yolo::engines::torch_engine

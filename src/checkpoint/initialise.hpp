// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.hpp"

namespace yolo::checkpoint {

/// Fresh weights for training: those that LibTorch draws after the same seed, to the last bit. One
/// generator fills the layers in the order of registration, each its weight, then its bias.
graph::Weights initial_weights(const graph::Graph& graph, std::uint64_t seed);

}  // namespace yolo::checkpoint

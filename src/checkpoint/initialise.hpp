// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.hpp"

namespace yolo::checkpoint {

/// Fresh weights for training: every number is a function of (seed, parameter name, index) alone.
graph::Weights initial_weights(const graph::Graph& graph, std::uint64_t seed);

}  // namespace yolo::checkpoint

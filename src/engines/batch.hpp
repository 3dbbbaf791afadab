// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engines/engine.hpp"
#include "graph/graph.hpp"

namespace yolo::engines {

/// The sizes of a batch, whatever its layout.
struct BatchShape {
    std::int64_t count = 0, channels = 0, height = 0, width = 0;
};

/// Throws Error when the batch is not of one of the layouts and types that Batch names, or has other channels
/// than the graph's input.
BatchShape check_batch(const Batch& batch, const graph::Graph& graph);

/// Number of channels of the graph's input.
int input_channels(const graph::Graph& graph);

}  // namespace yolo::engines

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

/// Throws Error when the batch is not of one of the layouts and types that Batch names, has other channels
/// than the network's input, or another size or number of pictures than the engine takes.
BatchShape check_batch(const Batch& batch, int channels, const EngineTraits& traits = {});

/// The pictures as float32 0..1 in RGB, (N, C, H, W) or (N, H, W, C): what a library that takes no bytes is
/// given. Floats that lie right are not copied.
Tensor float_input(const Batch& batch, const BatchShape& shape, InputLayout layout = InputLayout::nchw);

/// Number of channels of the graph's input.
int input_channels(const graph::Graph& graph);

}  // namespace yolo::engines

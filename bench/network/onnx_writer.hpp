// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "graph/passes.hpp"

namespace yolo::bench {

/// Writes an inference-stage detection network as ONNX (opset 13) for an input (1, 3, height, width), so that
/// another runtime can be timed on the same weights. Not the product's exporter: just enough for this
/// benchmark.
void write_onnx(const graph::Network& network, int height, int width, const std::filesystem::path& path);

}  // namespace yolo::bench

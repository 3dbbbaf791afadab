// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engines/engine.hpp"
#include "engines/model_source.hpp"
#include "graph/passes.hpp"

namespace yolo::engines {

/// Runs an inference-stage graph with LibTorch's own operations, one per node.
std::unique_ptr<Engine> make_torch_engine(graph::Network network, const EngineOptions& options);

/// Runs a TorchScript file. Throws Error when LibTorch cannot read it.
std::unique_ptr<Engine> make_script_engine(const ExportedFile& file, const EngineOptions& options);

}  // namespace yolo::engines

// SPDX-License-Identifier: Apache-2.0
/// \file The CPU engine: oneDNN primitives and our own loops, one picture at a time.
#pragma once

#include "engines/engine.hpp"
#include "graph/passes.hpp"

namespace yolo::engines {

std::unique_ptr<Engine> make_cpu_engine(graph::Network network, const EngineOptions& options);

/// "oneDNN 3.2.0"
std::string onednn_version();

}  // namespace yolo::engines

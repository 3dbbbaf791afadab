// SPDX-License-Identifier: Apache-2.0
/// \file The oracle: every op in the plainest C++ that is right. Tests and `debug tensors engine=reference`
/// use it. It runs a Graph of any stage and layout, so it is also the oracle of what is exported.
#pragma once

#include "engines/engine.hpp"
#include "engines/model_source.hpp"

namespace yolo::engines {

/// Takes a graph::Network; the caller owns the engine.
Engine* make_reference_engine(ModelSource source, const EngineOptions& options);

}  // namespace yolo::engines

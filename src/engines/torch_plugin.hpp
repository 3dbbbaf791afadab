// SPDX-License-Identifier: Apache-2.0
/// \file The entry of the engine `torch` in the plug-in libyolo_torch.so.
#pragma once

#include "engines/engine.hpp"

namespace yolo::engines {

/// The caller owns the engine.
using MakeTorchEngine = Engine*(graph::Network network, const EngineOptions& options);
inline constexpr char make_torch_engine_name[] = "yolo_make_torch_engine";

}  // namespace yolo::engines

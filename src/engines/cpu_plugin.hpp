// SPDX-License-Identifier: Apache-2.0
/// \file The entry of the plug-in libyolo_cpu.so: the CPU engine with oneDNN and OpenMP.
#pragma once

#include "engines/engine.hpp"

namespace yolo::engines {

/// The caller owns the engine.
using MakeCpuEngine = Engine*(graph::Network network, const EngineOptions& options);
inline constexpr char make_cpu_engine_name[] = "yolo_make_cpu_engine";

}  // namespace yolo::engines

// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/cpu_engine.hpp"
#include "engines/cpu_plugin.hpp"

extern "C" yolo::engines::Engine* yolo_make_cpu_engine(yolo::graph::Network network,
                                                       const yolo::engines::EngineOptions& options) {
    return yolo::engines::make_cpu_engine(std::move(network), options).release();
}

static_assert(std::is_same_v<decltype(yolo_make_cpu_engine), yolo::engines::MakeCpuEngine>);

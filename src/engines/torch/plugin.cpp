// SPDX-License-Identifier: Apache-2.0
#include "engines/torch/torch_engine.hpp"
#include "engines/torch_plugin.hpp"

extern "C" yolo::engines::Engine* yolo_make_torch_engine(yolo::graph::Network network,
                                                         const yolo::engines::EngineOptions& options) {
    return yolo::engines::make_torch_engine(std::move(network), options).release();
}

static_assert(std::is_same_v<decltype(yolo_make_torch_engine), yolo::engines::MakeTorchEngine>);

// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/cpu_engine.hpp"
#include "engines/engine_plugin.hpp"

namespace {

yolo::engines::Engine* make_engine(yolo::engines::ModelSource source,
                                   const yolo::engines::EngineOptions& options) {
    return yolo::engines::make_cpu_engine(std::get<yolo::graph::Network>(std::move(source)), options)
        .release();
}

}  // namespace

YOLO_ENGINE_PLUGIN(make_engine, yolo::engines::onednn_version);

// SPDX-License-Identifier: Apache-2.0
/// \file The parts of what `yolo info` prints.
#pragma once

#include <string>
#include <vector>

#include <yolo/image.hpp>
#include <yolo/model_info.hpp>

#include "engines/engine.hpp"
#include "graph/graph.hpp"
#include "graph/passes.hpp"

namespace yolo::modes {

/// A line for each row of the model's description: index, from, n, params, module, arguments.
std::string layer_table(const graph::Graph& graph);

/// "YOLOv8n summary (fused): 72 layers, 3,151,904 parameters, 0 gradients, 8.7 GFLOPs".
std::string summary_line(const graph::Graph& graph, const graph::GraphStatistics& statistics);

/// The classes with their names; the first ones when there are many.
std::string class_text(const ModelInfo& info);

/// What is done to a picture before the network sees it, step by step, for the network's input `size`.
std::vector<std::string> preprocessing_text(const ModelInfo& info, Size size);

/// Engine, precision, instruction set, and memory for one picture of `size`.
std::string engine_text(const engines::EngineReport& report, Size size, int threads);

}  // namespace yolo::modes

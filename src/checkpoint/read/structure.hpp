// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkpoint/read/module_tree.hpp"
#include "graph/graph.hpp"

namespace yolo::checkpoint {

/// Throws Error that names the first module whose class no block of ours stands for: its network cannot be
/// run.
void require_known_classes(const ModuleTree& tree);

/// Compares the modules of a file with the graph that was built from its description: classes, wiring, the
/// geometry of convolutions and pools. Takes each BatchNorm's eps and momentum over into the graph. Throws
/// Error that names the first module that differs.
void match_structure(const ModuleTree& tree, graph::Graph& graph);

}  // namespace yolo::checkpoint

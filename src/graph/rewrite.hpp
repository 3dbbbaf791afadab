// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.hpp"

namespace yolo::graph {

/// Drops the nodes that no output needs and numbers the values anew, in the order of execution. Layers and
/// head follow: a layer whose value is gone gets the output -1.
void tidy(Graph& graph);

}  // namespace yolo::graph

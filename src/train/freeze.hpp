// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <yolo/config.hpp>

#include "graph/graph.hpp"

namespace yolo::train {

/// Parts of the names of the parameters that freeze= keeps from training: N freezes layers 0 to N - 1, a list
/// its layers; a text is a layer's path without "model." ("22.cv3"). null: none. Throws UsageError for
/// anything else, and for an entry that no parameter of the network fits.
std::vector<std::string> frozen_names(const Value& freeze, const graph::Graph& graph);

}  // namespace yolo::train

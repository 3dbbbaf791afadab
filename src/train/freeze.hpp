// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <yolo/config.hpp>

#include "graph/graph.hpp"

namespace yolo::train {

/// Parts of the names of the parameters that freeze= keeps from training: N freezes layers 0 to N - 1, a list
/// its layers; a text is a layer's path without "model." ("22.cv3"). null: none. Throws UsageError for
/// anything else, for an entry that no layer of the network fits, and when nothing would be left to train.
std::vector<std::string> frozen_names(const Value& freeze, const graph::Graph& graph);

/// False for what is frozen, and for the constant kernel of the DFL, which is among the parameters but never
/// trained.
bool is_trained(const std::string& parameter, const std::vector<std::string>& frozen);

}  // namespace yolo::train

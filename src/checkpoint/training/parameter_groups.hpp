// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "checkpoint/training_state.hpp"
#include "core/json.hpp"

namespace yolo::checkpoint {

/// The parameters of a network in the order in which the reference's optimiser counts them, for groups of
/// these sizes: weight, bn, bias (older releases: in another order), or the eight of MuSGD.
/// Throws Error when the network's parameters do not fill such groups.
std::vector<std::string> parameters_in_groups(const graph::Graph& graph,
                                              const std::vector<std::size_t>& sizes);

/// The kind of an optimiser, which its state does not say: as the training's settings name it, else told from
/// the groups and slots.
std::string optimizer_name_of(const OptimizerState& optimizer, const Json& train_args);

/// Throws Error when a slot belongs to no parameter of the network, or has neither the parameter's shape nor
/// is a scalar.
void check_slots(const OptimizerState& optimizer, const graph::Graph& graph);

}  // namespace yolo::checkpoint

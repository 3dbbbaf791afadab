// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "checkpoint/pickle/pickle_values.hpp"
#include "checkpoint/pickle/storages.hpp"
#include "checkpoint/pickle/stored_tensor.hpp"
#include "checkpoint/training_state.hpp"

namespace yolo::checkpoint {

/// The state dict of a torch.optim optimiser: {"state": {index: {slot: tensor}}, "param_groups": [...]};
/// indices count through the groups.
const Value* optimizer_values(PickleValues& values, Storages& storages, const OptimizerState& optimizer);

/// The way back. `parameters` are the official names by index, as many as the groups have indices. Throws
/// Error when the dict is not one of an optimiser of these.
OptimizerState read_optimizer(const Value& optimizer, const std::vector<std::string>& parameters,
                              const StorageReader& storages, formats::Allowance& allowance);

/// How many parameters each group has. Throws Error like read_optimizer().
std::vector<std::size_t> group_sizes(const Value& optimizer);

}  // namespace yolo::checkpoint

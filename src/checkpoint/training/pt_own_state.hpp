// SPDX-License-Identifier: Apache-2.0
/// \file What a file of a training holds beyond the reference's keys: everything that going on exactly needs
/// and the reference rounds or leaves out. Under one key of its own, which the reference does not look at.
#pragma once

#include "checkpoint/pickle/pickle_values.hpp"
#include "checkpoint/pickle/storages.hpp"
#include "checkpoint/pickle/stored_tensor.hpp"
#include "checkpoint/training_state.hpp"

namespace yolo::checkpoint {

inline constexpr const char* own_state_key = "yolo_cpp";

const Value* own_state(PickleValues& values, Storages& storages, const TrainingState& state);

/// The names of the optimiser's parameters by index.
std::vector<std::string> own_parameters(const Value& own);

/// Fills in what own_state() took. Throws Error when it is of a later version, or damaged.
void read_own_state(const Value& own, const StorageReader& storages, formats::Allowance& allowance,
                    TrainingState& state);

}  // namespace yolo::checkpoint

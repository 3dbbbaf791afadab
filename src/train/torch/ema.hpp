// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/torch/state_tensors.hpp"

namespace yolo::train {

/// Decay of the moving average at its n-th update (from 1): it rises from 0, so that the first, bad weights
/// are soon forgotten.
double ema_decay(int updates, double limit = 0.9999, double updates_to_rise = 2000);

/// average = decay average + (1 - decay) model, for the floating tensors of both lists, which are equal in
/// order and shapes; counters stay. Deterministic, in parallel.
void update_average(NamedTensors& average, const NamedTensors& model, double decay);

}  // namespace yolo::train

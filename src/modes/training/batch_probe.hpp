// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "modes/training/setup.hpp"

namespace yolo::modes {

/// batch=-1 or a share of memory: sets the set-up's batch, and its option, to as many pictures as fit into
/// that share, after steps on a few of them by a learner that is thrown away; prints what was chosen and why.
/// The precision, on which it depends, is chosen first.
void choose_batch(TrainSetup& setup, double share, const LogSink& log);

}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inference/session.hpp"
#include "modes/validation/options.hpp"

namespace yolo::modes {

/// batch=-1 or a share of memory in val: as many pictures as fit, after forward passes of a few blank ones.
/// `pictures`: that there are. Prints what was chosen and why.
int choose_val_batch(const Config& config, inference::Session& session, const ValEngine& engine,
                     std::size_t pictures, double share, const LogSink& log);

}  // namespace yolo::modes

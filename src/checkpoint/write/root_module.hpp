// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/write/module_maker.hpp"

namespace yolo::checkpoint {

/// The description of the network as a checkpoint's root module holds it: with what was asked of it (classes,
/// keypoints, channels, scale) in place of the template's.
Json description_of(const Checkpoint& model);

/// The pickled model: root module, layers, everything that its class expects. `arguments` are the settings of
/// the training. Of the header it takes kpt_names and kpt_oks_sigmas.
const Value* root_module(ModuleMaker& maker, const Checkpoint& model, const Json& header,
                         const Value* arguments);

}  // namespace yolo::checkpoint

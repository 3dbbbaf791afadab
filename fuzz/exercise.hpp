// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/model_layout.hpp"

namespace yolo::fuzz {

/// What a model is loaded for: every weight is read, and the whole is written in our own layout.
inline void exercise(const checkpoint::Checkpoint& model) {
    for (const auto& entry : model.weights) (void)entry.second.to_f32();
    (void)checkpoint::write_model_layout(model);
}

}  // namespace yolo::fuzz

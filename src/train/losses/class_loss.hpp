// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "train/losses/head_view.hpp"

namespace yolo::train {

/// Binary cross-entropy of rows [begin, end) of the logits with targets 0, summed, each class times its
/// weight (none: all 1). Writes its gradient times `scale`, the whole rows, where one is wanted.
double background_loss(const MapView& logits, std::int64_t begin, std::int64_t end,
                       std::span<const float> class_weights, float scale, const GradientView& gradient);

/// What the target `target` instead of 0 adds to that sum for one logit. Corrects the gradient.
double target_loss(const MapView& logits, std::int64_t row, int class_id, float target, float class_weight,
                   float scale, const GradientView& gradient);

}  // namespace yolo::train

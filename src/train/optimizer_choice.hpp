// SPDX-License-Identifier: Apache-2.0
/// \file From the options optimizer, lr0, momentum, weight_decay, batch, nbs to what the optimiser is made
/// with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace yolo::train {

/// "SGD", "MuSGD", "Adam", "Adamax", "AdamW", "NAdam", "RAdam", "RMSProp" or "auto" for that name in any
/// case. Throws UsageError that lists them for every other.
std::string optimizer_name(std::string_view given);

/// Whether the warm-up moves its momentum; the betas of the Adam kinds stay.
bool has_momentum(std::string_view name);

struct OptimizerChoice {
    std::string name;  ///< never "auto"
    double learning_rate = 0.01;
    double momentum = 0.937;  ///< beta1 of the Adam kinds
    double warmup_bias_lr = 0.1;
};

/// Steps of the training as the rule of `auto` counts them.
std::int64_t planned_iterations(std::int64_t pictures, int batch, int nbs, int epochs);

/// `asked` as it is, or what `auto` makes of it: MuSGD for long trainings, AdamW with a rate that follows
/// from the number of classes for those of up to 10,000 iterations. The latter's momentum is not the
/// option's.
OptimizerChoice choose_optimizer(OptimizerChoice asked, int class_count, std::int64_t iterations);

/// For a checkpoint, and from it. Throws Json's exceptions.
Json to_json(const OptimizerChoice& choice);
OptimizerChoice optimizer_choice(const Json& json);

/// Batches accumulated to one step, at least 1, not capped by the length of the training.
int steps_to_nominal(int batch, int nbs);
/// Weight decay for the pictures that really go into a step.
double effective_weight_decay(double weight_decay, int batch, int nbs);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
/// \file From the option table's keys to what the parts of training take.
#pragma once

#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "data/loader.hpp"
#include "graph/graph.hpp"
#include "train/learner.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::modes {

/// One sentence for each key that cannot work in this build. Throws UsageError.
void refuse_impossible(const Config& config, Task task);
/// One warning for each key that changes nothing in this training: for what the other keys are, for the
/// labels of its data, for the optimiser that was chosen.
void warn_without_effect(const Config& config, Task task, const LogSink& log);
void warn_without_labels(const Config& config, const data::Dataset& dataset, const LogSink& log);
void warn_without_use(const Config& config, const train::OptimizerChoice& chosen, const LogSink& log);

data::Augmentation augmentation(const Config& config);

/// Everything but the optimiser, the precision and the data set's part.
train::LearnerOptions learner_options(const Config& config);

/// What amp asks for on this machine, before the check.
Precision asked_precision(const Config& config);
/// Whether mixed precision is for us to choose (amp=True), not named.
bool amp_is_free(const Config& config);
/// The check: mixed precision stays on if it computes what fp32 does and, unless it was named, is faster.
/// Prints what came of it.
void choose_precision(train::Learner& learner, const data::Batch& batch, bool free, const LogSink& log);

}  // namespace yolo::modes

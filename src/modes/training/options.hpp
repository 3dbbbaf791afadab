// SPDX-License-Identifier: Apache-2.0
/// \file From the option table's keys to what the parts of training take.
#pragma once

#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "data/loader.hpp"
#include "graph/graph.hpp"
#include "train/learner.hpp"

namespace yolo::modes {

/// One sentence for each key that cannot work in this build. Throws UsageError.
void refuse_impossible(const Config& config);
/// One warning for each key that changes nothing in this training.
void warn_without_effect(const Config& config, Task task, const LogSink& log);

/// imgsz raised to a multiple of the stride, with a warning; of a list the largest.
int training_size(const Config& config, int stride, const LogSink& log);
/// batch, or 16 when memory should decide and the processor computes.
int training_batch(const Config& config, const LogSink& log);

data::Augmentation augmentation(const Config& config);
data::PictureCache picture_cache(const Config& config);
/// Share or count of a split: fraction may be a list for train, val, test.
double split_fraction(const Config& config, const std::string& split);

/// Everything but the optimiser, the precision and the data set's part.
train::LearnerOptions learner_options(const Config& config);

/// What amp asks for on this machine, before the check.
train::Precision asked_precision(const Config& config);

/// The side of the network's input for one batch: imgsz, or drawn by multi_scale from (seed, batch number).
int drawn_size(const Config& config, int imgsz, int stride, std::uint64_t global_batch);

}  // namespace yolo::modes

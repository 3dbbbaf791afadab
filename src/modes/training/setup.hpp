// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include <yolo/commands.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/training_state.hpp"
#include "core/run_files.hpp"
#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "evaluation/validator.hpp"
#include "train/learner.hpp"
#include "train/optimizer_choice.hpp"
#include "train/schedule.hpp"

namespace yolo::modes {

/// What a training is made of, read and checked; its folder is there, nothing is written into it.
struct TrainSetup {
    Config config;  ///< of a resumed training: mostly what it began with
    Settings settings;
    data::DatasetSpec spec;
    std::shared_ptr<const data::Dataset> train_set, val_set;
    checkpoint::Checkpoint model;  ///< network for this data set, start weights
    int imgsz = 640, stride = 32;
    int batch = 16;                                  ///< as asked for: a smaller data set has a smaller one
    std::optional<Precision> precision;              ///< where it had to be chosen before the training began
    std::unique_ptr<RunFiles> files;                 ///< the folder of results
    std::optional<checkpoint::TrainingState> state;  ///< of a resumed training
};

/// `write_caches`: the verification of the data is remembered beside it. Throws Error, UsageError.
TrainSetup set_up_training(const Config& config, const CommandContext& context, bool write_caches = true);

data::LoaderOptions train_loader_options(const TrainSetup& setup, const LogSink& log);

/// Pictures of a batch in validation: twice as many as in training, which keeps more of each; obb the same.
int validation_batch(const TrainSetup& setup);
/// Validation with the moving average after each epoch.
evaluation::ValidatorOptions training_validation(const TrainSetup& setup, const LogSink& log);

/// The side of the network's input for one batch: imgsz, or drawn by multi_scale from (seed, batch number).
int drawn_size(const TrainSetup& setup, std::uint64_t global_batch);

/// How the network learns: optimiser and losses, and the rates of every batch.
struct LearningPlan {
    train::LearnerOptions learner;
    train::Schedule schedule;
    train::OptimizerChoice optimizer;
};
LearningPlan learning_plan(const TrainSetup& setup, int batches, const LogSink& log);

}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
/// \file Writing .pt files that the reference opens too, and going on from those of a training
/// (docs/checkpoints.md).
#pragma once

#include <filesystem>

#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/training_state.hpp"

namespace yolo::checkpoint {

/// Writes a model (training stage, BatchNorms not folded) whole or not at all; the data goes to the file
/// tensor by tensor. `model.metadata` is the header: epoch, best_fitness, stopper, train_args, train_metrics,
/// train_results, date, git ...; a date is added when there is none.
///
/// Without `training`: a finished model, epoch -1; its weights are `model.weights`.
/// With it: a file to go on from. The network in it is the moving average; what else the state holds is kept
/// bit for bit, for read_training_state(). `model.weights` is not looked at.
///
/// The network is stored in half precision: not-a-number as 0, what is too large as +-65504. An average that
/// is not finite gives way to the trained weights where those are.
/// Throws Error with the path and what is wrong; an older file of that name stays as it was.
void save_pt(const std::filesystem::path& path, const Checkpoint& model,
             const TrainingState* training = nullptr);

/// Where a training stands, as a file says.
struct ResumePoint {
    Checkpoint model;  ///< its weights: the moving average in half precision; its metadata: the header
    TrainingState state;
    /// False for a file of the reference: state.model, gradients and progress are empty, the optimiser's
    /// state is rounded; the header has epoch (the last finished one, from 0), best_fitness and stopper.
    bool exact = false;
};

/// There is no state of a training in the file (any more).
class FinishedModel : public Error {
  public:
    using Error::Error;
};

/// Reads what save_pt() wrote with a state, or what the reference wrote while training.
/// Throws FinishedModel, and Error for what else is wrong.
ResumePoint read_training_state(const std::filesystem::path& path, const LogSink& log = {});

/// Turns the file of a training into a finished model: the moving average in half precision, without the
/// state. `header` replaces keys of its header (train_results of the whole training, say). A file that is
/// finished already only gets the header.
void finish_pt(const std::filesystem::path& path, const Json& header = Json::object());

}  // namespace yolo::checkpoint

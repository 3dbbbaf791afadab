// SPDX-License-Identifier: Apache-2.0
/// \file Learning rate, momentum and accumulation of every batch: warm-up, then a line or a cosine by epoch.
///
///     Schedule schedule({.epochs = 100, .batches = nb, .batch = 16, ...});
///     for each epoch, for each batch i:  ni = epoch * nb + i
///         learner.accumulate(batch);
///         if (ni - last_step >= schedule.accumulate(ni)) learner.step(schedule.rates(groups, ni)), last_step
///         = ni;
///
/// Everything follows from the number of the batch: nothing has to be saved but `last_step` (-1 at the start)
/// and, with a time budget, epochs().
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/learner.hpp"

namespace yolo::train {

struct ScheduleOptions {
    int epochs = 100;
    int batches = 1;  ///< of one epoch
    int batch = 16;   ///< pictures in a batch
    int nbs = 64;     ///< nominal batch: smaller ones are accumulated up to it
    double lrf = 0.01;
    bool cosine = false;
    double warmup_epochs = 3, warmup_momentum = 0.8, warmup_bias_lr = 0.1;
    double start_momentum = 0.937;  ///< the optimiser's own, in force when there is no warm-up
    double momentum = 0.937;  ///< where the warm-up ends (with optimizer=auto another than the optimiser's)
    bool timed = false;       ///< a time budget decides: epochs is a first guess, which caps nothing
};

class Schedule {
  public:
    explicit Schedule(const ScheduleOptions& options);

    int epochs() const { return options_.epochs; }
    /// The time budget's new estimate: rates and the length of the warm-up follow.
    void set_epochs(int epochs);

    /// Factor of the initial rates in an epoch, from 1 to lrf.
    double factor(int epoch) const;
    /// Batches that make one step, as of batch `ni` of the training (from 0).
    int accumulate(std::int64_t ni) const;
    /// One rate per group.
    std::vector<GroupRate> rates(std::span<const ParameterGroup> groups, std::int64_t ni) const;

  private:
    ScheduleOptions options_;
    int accumulate_ = 1;
    int warmup_batches_ = 0;
};

/// Epochs that fit into the budget when each takes as long as those of this session so far on average.
int epochs_within(double budget_hours, double elapsed_seconds, int epochs_done);

}  // namespace yolo::train

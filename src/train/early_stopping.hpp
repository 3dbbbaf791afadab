// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/json.hpp"

namespace yolo::train {

/// Ends a training that has not become better for `patience` epochs.
class EarlyStopping {
  public:
    /// patience 0: never.
    explicit EarlyStopping(int patience) : patience_(patience) {}

    /// Takes in an epoch (counted from 1) and its fitness; true: stop. No fitness (no validation) changes
    /// nothing; not a number counts as no progress.
    bool update(int epoch, std::optional<double> fitness);

    /// The next epoch may be the last: it is validated and its figures are drawn.
    bool may_stop_next() const { return may_stop_next_; }
    double best_fitness() const { return best_fitness_; }
    int best_epoch() const { return best_epoch_; }  ///< 0 before the first

    /// {"best_fitness", "best_epoch", "possible_stop"}, as checkpoints hold it.
    Json state() const;
    void restore(const Json& state);

  private:
    int patience_;
    double best_fitness_ = 0;
    int best_epoch_ = 0;
    bool may_stop_next_ = false;
};

}  // namespace yolo::train

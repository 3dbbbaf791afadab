// SPDX-License-Identifier: Apache-2.0
#include "train/early_stopping.hpp"

namespace yolo::train {

bool EarlyStopping::update(int epoch, std::optional<double> fitness) {
    if (!fitness) return false;
    if (*fitness > best_fitness_ ||
        best_fitness_ == 0) {  // zeros are no result yet: patience starts behind them
        best_fitness_ = *fitness;
        best_epoch_ = epoch;
    }
    const int waited = epoch - best_epoch_;
    may_stop_next_ = patience_ > 0 && waited >= patience_ - 1;
    return patience_ > 0 && waited >= patience_;
}

Json EarlyStopping::state() const {
    return {{"best_fitness", best_fitness_}, {"best_epoch", best_epoch_}, {"possible_stop", may_stop_next_}};
}

void EarlyStopping::restore(const Json& state) {
    best_fitness_ = state.value("best_fitness", 0.0);
    best_epoch_ = state.value("best_epoch", 0);
    may_stop_next_ = state.value("possible_stop", false);
}

}  // namespace yolo::train

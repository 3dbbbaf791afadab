// SPDX-License-Identifier: Apache-2.0
#include "train/learner_scaler.hpp"

namespace yolo::train {

namespace {

constexpr double growth = 2, backoff = 0.5;
constexpr int growth_interval = 2000;

}  // namespace

void LossScaler::update(bool overflowed) {
    if (overflowed) {
        scale_ *= backoff;
        good_steps_ = 0;
    } else if (++good_steps_ == growth_interval) {
        scale_ *= growth;
        good_steps_ = 0;
    }
}

Json LossScaler::state() const {
    return {{"scale", scale_},
            {"growth_factor", growth},
            {"backoff_factor", backoff},
            {"growth_interval", growth_interval},
            {"_growth_tracker", good_steps_}};
}

void LossScaler::restore(const Json& state) {
    if (!state.is_object()) return;
    scale_ = state.value("scale", scale_);
    good_steps_ = state.value("_growth_tracker", good_steps_);
}

}  // namespace yolo::train

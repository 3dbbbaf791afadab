// SPDX-License-Identifier: Apache-2.0
#include "train/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/optimizer_choice.hpp"

namespace yolo::train {

namespace {

/// From `from` at 0 to `to` at `length`, constant behind it.
double ramp(std::int64_t at, int length, double from, double to) {
    if (length <= 0 || at >= length) return to;
    return from + (to - from) / length * static_cast<double>(at);
}

/// Halves go to the even neighbour, as the field's tools round: 1.5 and 2.5 are both 2.
int round_half_even(double value) {
    return static_cast<int>(std::lrint(value));
}

}  // namespace

Schedule::Schedule(const ScheduleOptions& options) : options_(options) {
    accumulate_ = steps_to_nominal(options.batch, options.nbs);
    if (!options.timed) {
        const std::int64_t all = std::int64_t{options.batches} * options.epochs;
        accumulate_ = static_cast<int>(std::clamp<std::int64_t>(all, 1, accumulate_));
    }
    set_epochs(options.epochs);
}

void Schedule::set_epochs(int epochs) {
    options_.epochs = std::max(epochs, 1);
    const double length = std::min<double>(options_.warmup_epochs, options_.epochs - 1) * options_.batches;
    warmup_batches_ = std::max(round_half_even(length), 0);
}

double Schedule::factor(int epoch) const {
    const double share = static_cast<double>(epoch) / options_.epochs;
    if (options_.cosine) {
        return std::max((1 - std::cos(std::numbers::pi * share)) / 2, 0.0) * (options_.lrf - 1) + 1;
    }
    return std::max(1 - share, 0.0) * (1 - options_.lrf) + options_.lrf;
}

int Schedule::accumulate(std::int64_t ni) const {
    return std::max(round_half_even(ramp(ni, warmup_batches_, 1, accumulate_)), 1);
}

std::vector<GroupRate> Schedule::rates(std::span<const ParameterGroup> groups, std::int64_t ni) const {
    const double now = factor(static_cast<int>(ni / options_.batches));
    const double momentum = warmup_batches_ == 0
                                ? options_.start_momentum
                                : ramp(ni, warmup_batches_, options_.warmup_momentum, options_.momentum);
    std::vector<GroupRate> rates;
    for (const ParameterGroup& group : groups) {
        const double from = group.kind == "bias" ? options_.warmup_bias_lr : 0;
        rates.push_back({ramp(ni, warmup_batches_, from, group.initial_lr * now), momentum});
    }
    return rates;
}

int epochs_within(double budget_hours, double elapsed_seconds, int epochs_done) {
    const double of_one = elapsed_seconds / std::max(epochs_done, 1);
    constexpr double most = 1e9;
    if (!(of_one > 0)) return static_cast<int>(most);
    return static_cast<int>(std::min(std::ceil(budget_hours * 3600 / of_one), most));
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "train/learner.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Tells which part of a training step took how long. Without `times` it does nothing.
class PartClock {
  public:
    PartClock(StepTimes* times, const at::Device& device) : times_(times), device_(device) {
        if (times_ != nullptr) begin_ = now();
    }

    /// What was done since the last part ended was this one.
    void end(double StepTimes::*part) {
        if (times_ == nullptr) return;
        const Clock::time_point end = now();
        times_->*part += std::chrono::duration<double>(end - begin_).count();
        begin_ = end;
    }

  private:
    using Clock = std::chrono::steady_clock;

    /// A GPU is behind with what it was told: waits for it.
    Clock::time_point now() const {
        if (!device_.is_cpu()) at::accelerator::synchronizeDevice(device_.index());
        return Clock::now();
    }

    StepTimes* times_;
    const at::Device& device_;
    Clock::time_point begin_;
};

}  // namespace yolo::train

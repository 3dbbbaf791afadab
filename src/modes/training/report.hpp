// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <yolo/commands.hpp>

#include "core/memory.hpp"

namespace yolo::modes {

double seconds_since(std::chrono::steady_clock::time_point start);

/// Running means of the loss items over an epoch. What a resumed epoch goes on with is in the checkpoint.
class RunningLosses {
  public:
    void add(const std::vector<float>& items);
    void clear();
    std::vector<double> mean() const;

    std::vector<double> sums;
    int count = 0;
};

/// What training prints: a header and a row per epoch, the row growing in place on a terminal.
class TrainReport {
  public:
    TrainReport(const CommandContext& context, std::vector<std::string> loss_names);
    /// Bytes, for the column GPU_mem; without it, what this process has in memory.
    void set_memory(std::function<double()> memory) { memory_ = std::move(memory); }

    void begin_epoch(int epoch, int epochs, int batches, int first_batch);
    /// After each batch. `size` of the network's input.
    void batch_done(const RunningLosses& losses, int instances, int size, int pictures);
    /// The epoch's line; on a log it is the only one (and one a minute while the epoch goes on).
    void end_epoch();

    double seconds_waiting = 0;  ///< of this epoch, for the next batch of the loader

  private:
    using Clock = std::chrono::steady_clock;
    std::string row() const;

    const CommandContext& context_;
    std::vector<std::string> names_;
    std::function<double()> memory_ = [] { return static_cast<double>(resident_memory()); };
    int epoch_ = 0, epochs_ = 0, batches_ = 0, done_ = 0, instances_ = 0, size_ = 0, pictures_ = 0;
    int first_batch_ = 0;
    std::vector<double> losses_;
    Clock::time_point start_, shown_, logged_;
};

/// "1:02:03", "02:03".
std::string clock_text(double seconds);

}  // namespace yolo::modes

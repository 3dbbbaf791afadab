// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <exception>
#include <mutex>

#include "evaluation/judge.hpp"
#include "evaluation/validator.hpp"

namespace yolo::evaluation {

/// One pass over a data set: what its threads share. Every function may be called from several threads.
class ValidationPass {
  public:
    /// `info`: of the network; `judged`: with the names of the classes that figures are about.
    ValidationPass(const ModelInfo& info, const ModelInfo& judged, const data::Dataset& dataset,
                   const ValidatorOptions& options, const ValidatorHooks& hooks, data::Loader& loader);

    /// The next whole batch, null at the end, after an error, or when the caller cancelled.
    std::shared_ptr<const data::Batch> next_batch();
    /// The next single picture: its batch and place.
    struct Place {
        std::shared_ptr<const data::Batch> batch;
        int index = 0;
    };
    Place next_picture();

    /// Runs the network on a part of a batch and counts its time. Empty after an error.
    inference::NetworkOutput run(const inference::RunNetwork& network, const data::Batch& batch, int first,
                                 int count);
    /// Judges picture `index` of a batch, which is picture `row` of the outputs.
    void look_at(const data::Batch& batch, int index, const inference::NetworkOutput& output,
                 int row) noexcept;

    void fail(std::exception_ptr error);  ///< the first one is kept and ends the pass
    bool failed() const { return failed_; }

    /// After every thread ended: the result, or the error. Numbers of threads that ran networks and judged at
    /// a time.
    ValResult finish(int network_threads, int judging_threads);

  private:
    void judge(const data::Batch& batch, int index, const inference::NetworkOutput& output, int row);
    void add_losses(const std::vector<float>& losses);
    void told();
    std::vector<ValRow> rows() const;
    ValSpeed speed(int network_threads, int judging_threads) const;

    const ModelInfo& info_;
    const Names names_;
    const data::Dataset& dataset_;
    const ValidatorOptions& options_;
    const ValidatorHooks& hooks_;
    data::Loader& loader_;
    Judge judge_;

    std::mutex loader_mutex_, told_mutex_;
    Place place_;
    bool ended_ = false;
    std::atomic<bool> failed_{false}, cancelled_{false};
    std::exception_ptr error_;
    std::vector<double> loss_sums_;
    std::size_t loss_batches_ = 0;
    std::size_t done_ = 0;
    std::atomic<std::int64_t> waiting_{0}, network_{0}, judging_{0};  ///< nanoseconds
};

}  // namespace yolo::evaluation

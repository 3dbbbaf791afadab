// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>

#include "evaluation/validator.hpp"
#include "modes/training/report.hpp"
#include "modes/training/setup.hpp"
#include "plots/event_file.hpp"
#include "train/early_stopping.hpp"
#include "train/results_csv.hpp"

namespace yolo::modes {

enum class EpochEnd {
    complete,
    out_of_time,  ///< the `time` budget is used up
    cancelled
};

/// A training under way: its parts, and where it stands. All that it depends on is in last.pt, so that a run
/// killed at any moment goes on from there and ends bit for bit where it would have ended.
class TrainingRun {
  public:
    TrainingRun(TrainSetup setup, const CommandContext& context);
    ~TrainingRun();

    bool finished() const { return stop_ || epoch_ >= schedule_.epochs(); }

    /// The batches of an epoch, or what is left of it.
    EpochEnd train_epoch();
    /// Figures of the moving average on the validation split, when it is time for them; false: it is not.
    bool validate_epoch(EpochEnd end);
    bool validation_was_cancelled() const { return validation_.cancelled; }
    /// False: the losses or the fitness are not numbers any more.
    bool epoch_is_sound() const;
    void recover();
    void record_epoch(bool validated);
    /// Cancelled by the user: last.pt holds the place inside the epoch, its end included.
    void interrupt();
    void finish();

  private:
    using Clock = std::chrono::steady_clock;

    EpochEnd train_batches();
    CommandContext saying_nothing_twice() const;
    void open_folder();
    void choose_precision();
    void restore(const checkpoint::TrainingState& state);
    void restore_place(const Json& progress);
    void restore_precision(const Json& progress);
    void resume();
    Size scaled_size(const data::Batch& batch, int size) const;
    void close_mosaic_in_time();
    bool out_of_time() const;
    double elapsed() const;  ///< seconds of the training, those before a resumption included
    void draw_train_batch(const data::Batch& batch);
    /// The metrics and losses of the epoch's validation, zeros without one.
    train::ResultsCsv::Row validation_columns() const;
    Json progress() const;
    Json resolved_args() const;
    void save(const std::filesystem::path& path) const;
    void save_checkpoints();
    bool is_best() const;
    void name_checkpoint(bool is_best);
    std::filesystem::path weights(const std::string& name) const;

    TrainSetup setup_;
    const CommandContext& context_;
    const LogSink& log_;
    std::unique_ptr<data::Loader> loader_;
    train::Schedule schedule_;
    train::OptimizerChoice chosen_;
    std::unique_ptr<train::Learner> learner_;
    std::unique_ptr<evaluation::Validator> validator_;
    train::EarlyStopping stopping_;
    TrainReport report_;
    train::ResultsCsv csv_;
    std::unique_ptr<plots::EventFile> events_;  ///< the setting tensorboard

    int epoch_ = 0;                ///< under way, from 0
    int batches_done_ = 0;         ///< of it
    std::int64_t last_step_ = -1;  ///< batch of the training, from 0
    int mosaic_closed_at_ = -1;    ///< epoch; -1: still open
    RunningLosses losses_;
    double last_total_ = 0;  ///< of the last batch
    std::vector<train::GroupRate> rates_;
    std::optional<double> best_fitness_;
    std::optional<double> fitness_;
    evaluation::ValResult validation_;
    double seconds_before_ = 0;  ///< of sessions before this one
    Clock::time_point start_;
    int session_epochs_ = 0;
    int failures_ = 0;               ///< in a row
    std::set<std::string> written_;  ///< checkpoints of this training; others may lie in its folder
    std::set<std::string> told_;     ///< of the validations' warnings
    bool stop_ = false;
};

}  // namespace yolo::modes

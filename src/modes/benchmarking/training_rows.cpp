// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/training_rows.hpp"

#include <fmt/core.h>

#include "core/files.hpp"
#include "modes/benchmarking/row_job.hpp"
#include "modes/benchmarking/training.hpp"
#include "modes/training/options.hpp"

namespace yolo::modes {

namespace {

TrainingRow row_of(const TrainingFigures& figures) {
    TrainingRow row;
    row.precision = figures.precision;
    row.batch = figures.batch;
    row.steps = figures.steps;
    row.images_per_second = figures.images_per_second;
    row.median_ms = figures.median_ms;
    row.p95_ms = figures.p95_ms;
    row.loader = figures.shares.loader;
    row.forward = figures.shares.forward;
    row.loss = figures.shares.losses;
    row.backward = figures.shares.backward;
    row.optimizer = figures.shares.optimizer + figures.shares.average;
    row.rest = figures.shares.other;
    row.peak_memory = static_cast<std::int64_t>(figures.peak_memory);
    row.device = figures.device;
    row.description = figures.description;
    row.data = fmt::format("{}, {} pictures", figures.data, figures.pictures);
    row.imgsz = figures.imgsz;
    row.task = figures.task;
    return row;
}

}  // namespace

std::vector<Precision> trained_precisions(const Config& config) {
    const Precision asked = asked_precision(config);
    if (config.given("amp") || asked == Precision::fp32) return {asked};
    return {Precision::fp32, asked};
}

TrainingRow training_row(const RowWorker& worker, const Config& config, Precision precision) {
    // Of this process: what is drawn goes also when the other one is killed.
    const FolderInWork folder(std::filesystem::temp_directory_path() / "yolo_benchmark");
    const Json answer = worker.answer({{"job", train_job},
                                       {"options", options_json(options_for(config, Mode::train))},
                                       {"precision", to_string(precision)},
                                       {"folder", folder.path().string()}});
    if (!answer.contains("error")) return row_of(training_figures(answer));
    TrainingRow row;
    row.precision = to_string(precision);
    row.reason = answer["error"].get<std::string>();
    return row;
}

}  // namespace yolo::modes

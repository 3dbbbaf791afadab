// SPDX-License-Identifier: Apache-2.0
/// \file `yolo benchmark mode=train`: what a training step takes here, in one precision.
#pragma once

#include <filesystem>
#include <string>

#include <yolo/commands.hpp>

#include "core/json.hpp"
#include "core/precision.hpp"

namespace yolo::modes {

/// How much is measured.
struct TrainingMeasure {
    Precision precision = Precision::fp32;  ///< that is asked for
    int warm_up = 3;                        ///< steps that do not count
    int steps = 20;                         ///< that do, at most
    double seconds = 15;  ///< after which none begins any more, but for the first move of the optimiser
    std::filesystem::path folder = {};  ///< what is temporary goes there; unset: into the system's
};

/// Of the time of all steps, 1 in all.
struct TrainingShares {
    double loader = 0;  ///< waiting for the next batch
    double forward = 0, losses = 0, backward = 0;
    double optimizer = 0, average = 0;  ///< clipping and moving the parameters; the moving average
    double other = 0;                   ///< what is left: rates, looking at the clock
};

/// What came of it.
struct TrainingFigures {
    std::string model;  ///< as it was asked for
    std::string data;   ///< the same, or "drawn shapes"
    Task task = Task::detect;
    int pictures = 0;  ///< of the data's training split
    int batch = 0, imgsz = 0;
    int accumulate = 1;          ///< batches that make one move of the optimiser
    std::string optimizer;       ///< "AdamW"
    std::string precision;       ///< "bf16": what really computed
    std::string device = "cpu";  ///< or "cuda:0"
    std::string description;     ///< "torch 2.15, channels_last, bf16, AVX512, 2 threads"
    int threads = 0, workers = 0;

    int steps = 0;  ///< batches that counted
    double seconds = 0;
    double images_per_second = 0;
    double median_ms = 0, p95_ms = 0;  ///< of a batch, waiting included
    TrainingShares shares;
    double peak_memory = 0;    ///< bytes of this process during the steps, the warm-up's too
    double device_memory = 0;  ///< bytes that this process holds of a GPU's memory; 0 on a processor
};

/// A few steps of the trainer on `data=`, or without it on drawn pictures, with its own set-up, loader and
/// optimiser. Nothing is left on the disk. Throws Error, UsageError, Cancelled.
TrainingFigures measure_training(const Config& config, const CommandContext& context,
                                 const TrainingMeasure& what);

/// From one process to another, and into benchmarks.json.
Json to_json(const TrainingFigures& figures);
TrainingFigures training_figures(const Json& json);

}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
/// \file The modes as the command line runs them: from a Config to files on disk and messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yolo/config.hpp>
#include <yolo/log.hpp>

namespace yolo {

/// What a running command tells and asks its caller.
struct CommandContext {
    LogSink log;  ///< every line that the command line prints
    /// Asked between pictures: true ends the command cleanly, results kept. Before there are any, while a
    /// data set is unpacked or verified, the command throws Cancelled.
    std::function<bool()> cancelled;
    /// A line that replaces the one before it, on a terminal; empty = take it away. Unset: a log is written.
    std::function<void(std::string_view text)> progress = {};
};

/// `yolo predict`: predicts a source and writes what save, save_txt, show ... ask for.
/// Throws Error, UsageError. Returns the number of pictures that could not be read.
int run_predict(const Config& config, const CommandContext& context);

/// `yolo train`: trains a model on a data set into a run folder: weights/last.pt, weights/best.pt,
/// results.csv ... Cancelled: finishes the batch and writes last.pt, which `resume` goes on from.
/// Throws Error, UsageError.
void run_train(const Config& config, const CommandContext& context);

/// Figures by name: "metrics/precision(B)", ..., "fitness".
using MetricList = std::vector<std::pair<std::string, double>>;

/// `yolo val`: a model on a data set: table, figures and what save_json, save_txt, coco ... ask for. Returns
/// what it measured, nothing when it was cancelled. Throws Error, UsageError.
MetricList run_val(const Config& config, const CommandContext& context);

/// `yolo data check`: looks at every picture and label of a data set, prints tables and what is wrong, and
/// writes report.json into the run folder. Throws Error, UsageError. Returns the number of findings that
/// would stop a training.
int run_data_check(const Config& config, const CommandContext& context);

/// What `yolo data shapes` makes.
struct ShapesRequest {
    Task task = Task::detect;
    int pictures = 500;  ///< at least 2; a fifth of them for validation
    int size = 320;      ///< width in pixels
    std::uint64_t seed = 0;
    std::filesystem::path folder = "shapes";
};

/// `yolo data shapes`: generated pictures with exact labels, to train on for seconds. Throws Error,
/// UsageError.
void run_data_shapes(const ShapesRequest& request, const CommandContext& context);

/// `yolo info`: layers, parameters, GFLOPs, memory and the exact pre-processing of a model, as text.
std::string model_summary(const Config& config);

/// `yolo debug tensors model= input= output= engine=`: the network's raw outputs for a given batch.
void debug_tensors(const std::string& model, const std::string& input, const std::string& output,
                   const std::string& engine, bool half, int threads);

}  // namespace yolo

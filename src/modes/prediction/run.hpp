// SPDX-License-Identifier: Apache-2.0
/// \file A source through a model to the sinks that the options ask for: predict, and what is predict with
/// something more.
#pragma once

#include <functional>
#include <string>

#include <yolo/commands.hpp>

#include "inference/pipeline.hpp"
#include "tasks/result_plot.hpp"

namespace yolo::modes {

/// What a mode adds.
struct PredictionPlan {
    Mode mode = Mode::predict;       ///< names the run folder
    std::string done = "predicted";  ///< what its messages call the work
    /// Between the network and the sinks; made when the model is open and the options are checked.
    std::function<inference::Stages(const inference::Session& session, const PredictOptions& options,
                                    const LogSink& log)>
        stages = {};
    /// Each prediction, in the order of the source, before it is written anywhere.
    std::function<void(const inference::Prediction& prediction)> note = {};
    /// What is drawn into its annotated picture beside what was found; not asked for pictures that nobody
    /// wants to see.
    std::function<tasks::PlotLayers(const inference::Prediction& prediction, const PlotOptions& plot)>
        layers = {};
    std::function<std::string()> summary = {};  ///< a closing line
};

/// Throws Error, UsageError. Returns the number of pictures and frames that could not be read as they should
/// be.
int run_prediction(const Config& config, const CommandContext& context, const PredictionPlan& plan);

}  // namespace yolo::modes

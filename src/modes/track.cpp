// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track`: predict with a tracker between the network and the sinks.
#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/rim.hpp"
#include "inference/tracking_stage.hpp"
#include "modes/prediction/run.hpp"
#include "options/plot_options.hpp"

namespace yolo {

namespace {

using namespace modes;

inference::Stages tracking(const Config& config, const inference::Session& session, const LogSink& log) {
    if (session.info().task == Task::classify)
        throw UsageError("track follows objects, and a model of the task classify finds none: use predict");
    inference::Stages stages;
    stages.push_back(inference::tracking_stage({.tracker = {.file = config.text("tracker")}, .log = log}));
    return stages;
}

/// Tracks are told apart by their colours, unless the user wants classes.
PlotOptions track_colours(const Config& config) {
    PlotOptions plot = plot_options(config);
    if (!config.given("color_mode")) plot.color_mode = ColorMode::by_instance;
    return plot;
}

}  // namespace

int run_track(const Config& config, const CommandContext& context) try {
    return run_prediction(config, context,
                          {.mode = Mode::track,
                           .done = "tracked",
                           .stages = [&](const inference::Session& session,
                                         const LogSink& log) { return tracking(config, session, log); },
                           .plot = track_colours});
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

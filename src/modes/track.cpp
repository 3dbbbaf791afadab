// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track`: predict with a tracker between the network and the sinks.
#include <initializer_list>
#include <memory>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/log.hpp"
#include "core/rim.hpp"
#include "inference/counting_stage.hpp"
#include "inference/tracking_stage.hpp"
#include "modes/prediction/run.hpp"
#include "modes/tracking/other_forms.hpp"
#include "modes/tracking/region_drawing.hpp"
#include "modes/tracking/track_count.hpp"
#include "modes/tracking/trails.hpp"
#include "options/device.hpp"

namespace yolo {

namespace {

using namespace modes;

using Trackers = std::shared_ptr<inference::StreamTrackers>;

/// Made before anything is read: a wrong tracker file is said at once.
Trackers trackers_of(const Config& config) {
    if (!config.get("embed").is_null())
        throw UsageError(
            "embed= gives vectors instead of detections, and track follows detections: use predict");
    return std::make_shared<inference::StreamTrackers>(TrackerOptions{.file = config.text("tracker")}, false);
}

/// Throws UsageError when one of `others` is given beside `key`.
void refuse_beside(const Config& config, const char* key, std::initializer_list<const char*> others) {
    for (const char* other : others) {
        if (!config.text(other).empty())
            throw UsageError(fmt::format("{0}= and {1}= exclude each other: leave {1}= out", key, other));
    }
}

/// One whose log is there, and is called by one thread at a time.
CommandContext with_log(CommandContext context) {
    context.log = one_at_a_time(context.log ? context.log : [](LogLevel, std::string_view) {});
    return context;
}

/// What is written of results: there are none to write where `form` is given.
void say_unused(const Config& config, const char* form, const CommandContext& context) {
    for (const char* key : {"save_txt", "save_json", "save_crop", "save_frames", "show", "show_trails",
                            "visualize", "profile"}) {
        if (context.log && config.flag(key))
            context.log(LogLevel::warning, fmt::format("{}=True has no effect with {}=", key, form));
    }
    for (const char* key : {"region", "serve"}) {
        if (context.log && !config.text(key).empty())
            context.log(LogLevel::warning, fmt::format("{}= has no effect with {}=", key, form));
    }
}

/// Regions and trails, where they are asked for.
decltype(PredictionPlan::draw_more) additions(const Config& config) {
    const auto lines = config.flag("show_trails") ? std::make_shared<Trails>() : nullptr;
    return [lines](const inference::Prediction& prediction, const PlotOptions& plot, cv::Mat& picture) {
        if (lines) lines->draw(prediction, plot, picture);
        draw_regions(prediction.regions, plot, picture);
    };
}

/// The tracker, and what counts behind it.
inference::Stages stages_for(const Config& config, const Trackers& trackers,
                             const inference::Session& session, const PredictOptions& options,
                             const LogSink& log) {
    inference::Stages stages =
        inference::tracking_stages(trackers, session, options, named_engine(config), log);
    if (const std::string region = config.text("region"); !region.empty())
        stages.push_back(inference::counting_stage(read_regions(region, session.info().names), log));
    return stages;
}

}  // namespace

int run_track(const Config& config, const CommandContext& context) try {
    if (!config.text("data").empty()) {
        refuse_beside(config, "data", {"source", "detections"});
        say_unused(config, "data", context);
        return track_dataset(config, with_log(context));
    }
    if (!config.text("detections").empty()) {
        refuse_beside(config, "detections", {"model", "source", "data"});
        say_unused(config, "detections", context);
        track_detections(config, with_log(context));
        return 0;
    }
    const Trackers trackers = trackers_of(config);
    const auto count = std::make_shared<TrackCount>();
    return run_prediction(config, context,
                          {.mode = Mode::track,
                           .done = "tracked",
                           .stages =
                               [&](const auto& session, const auto& options, const LogSink& log) {
                                   inference::Stages stages =
                                       stages_for(config, trackers, session, options, log);
                                   stages.push_back(track_count_stage(count));
                                   return stages;
                               },
                           .draw_more = additions(config),
                           .summary = [count] { return count->text(); }});
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

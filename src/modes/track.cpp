// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track`: predict with a tracker between the network and the sinks.
#include <algorithm>
#include <initializer_list>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/log.hpp"
#include "core/rim.hpp"
#include "inference/counting_stage.hpp"
#include "inference/tracking_stage.hpp"
#include "modes/prediction/run.hpp"
#include "modes/tracking/other_forms.hpp"
#include "modes/tracking/track_count.hpp"
#include "modes/tracking/track_drawing.hpp"
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

std::string list_of(const std::vector<int>& classes, const Names& names) {
    std::vector<std::string> list;
    for (const int id : classes) {
        const bool known = names && id >= 0 && static_cast<std::size_t>(id) < names->size();
        list.push_back(known ? (*names)[static_cast<std::size_t>(id)] : std::to_string(id));
    }
    return fmt::format("{}", fmt::join(list, ", "));
}

/// A region whose classes the run leaves out would count nothing in silence.
void say_uncountable(const std::vector<Region>& regions, const std::vector<int>& classes, const Names& names,
                     const LogSink& log) {
    for (const Region& region : regions) {
        const bool can_count = region.classes.empty() || classes.empty() ||
                               std::ranges::find_first_of(region.classes, classes) != region.classes.end();
        if (can_count) continue;
        log(LogLevel::warning,
            fmt::format("region '{}' counts {} only, which classes={} leaves out: nothing is counted there",
                        region.name, list_of(region.classes, names), fmt::join(classes, ",")));
    }
}

/// The tracker, and what counts behind it.
inference::Stages stages_for(const Config& config, const Trackers& trackers,
                             const inference::Session& session, const PredictOptions& options,
                             const LogSink& log) {
    inference::Stages stages =
        inference::tracking_stages(trackers, session, options, named_engine(config), log);
    if (const std::string region = config.text("region"); !region.empty()) {
        const std::vector<Region> regions = read_regions(region, session.info().names);
        say_uncountable(regions, options.classes, session.info().names, log);
        stages.push_back(inference::counting_stage(regions, log));
    }
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
    TrackDrawing drawing(config.flag("show_trails"));
    return run_prediction(
        config, context,
        {.mode = Mode::track,
         .done = "tracked",
         .stages =
             [&](const auto& session, const auto& options, const LogSink& log) {
                 inference::Stages stages = stages_for(config, trackers, session, options, log);
                 stages.push_back(track_count_stage(count));
                 return stages;
             },
         .note = [&](const auto& prediction) { drawing.note(prediction); },
         .layers = [&](const auto& prediction, const auto& plot) { return drawing.layers(prediction, plot); },
         .summary = [count] { return count->text(); }});
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

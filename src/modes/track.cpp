// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track`: predict with a tracker between the network and the sinks.
#include <algorithm>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

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
#include "modes/tracking/unused_options.hpp"
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

constexpr std::string_view used_on_detections[] = {"detections", "tracker", "conf", "save_mot", "region"};
constexpr std::string_view used_on_sequences[] = {"data", "split", "tracker", "conf", "save_mot"};
constexpr std::string_view used_behind_model[] = {
    "data",  "split", "tracker", "conf",    "save_mot", "model",        "task",
    "imgsz", "batch", "device",  "engine",  "dnn",      "threads",      "quantize",
    "rect",  "iou",   "max_det", "classes", "augment",  "agnostic_nms", "embed"};  // which is refused

/// In one line.
void say_unused(const Config& config, std::span<const std::string_view> used, const char* form,
                const CommandContext& context) {
    const std::string line = unused_options(config, used, form);
    if (context.log && !line.empty()) context.log(LogLevel::warning, line);
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
        if (config.text("model").empty()) {
            say_unused(config, used_on_sequences, "with data= and without model=", context);
        } else {
            say_unused(config, used_behind_model, "with data=", context);
        }
        return track_dataset(config, with_log(context));
    }
    if (!config.text("detections").empty()) {
        refuse_beside(config, "detections", {"model", "source", "data"});
        say_unused(config, used_on_detections, "with detections=", context);
        track_detections(config, with_log(context));
        return 0;
    }
    const Trackers trackers = trackers_of(config);
    const auto count = std::make_shared<TrackCount>();
    TrackDrawing drawing(config.flag("show_trails"));
    const int unread = run_prediction(
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
    if (const std::string why = inference::why_no_track(trackers->tally(), trackers->settings());
        context.log && !why.empty())
        context.log(LogLevel::warning, why);
    return unread;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

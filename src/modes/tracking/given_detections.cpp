// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/given_detections.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "inference/number_setting.hpp"
#include "inference/track_tally.hpp"
#include "modes/tracking/mot_rows.hpp"

namespace yolo::modes {

namespace {

Box box_of(const metrics::MotRow& row) {
    return {static_cast<float>(row.left), static_cast<float>(row.top),
            static_cast<float>(row.left + row.width), static_cast<float>(row.top + row.height),
            static_cast<float>(row.confidence)};
}

}  // namespace

TrackerOptions tracker_without_pictures(const std::string& file, const LogSink& log) {
    TrackerOptions options{.file = file};
    const Tracker tracker(options);
    if (tracker.needs_frame()) {
        log(LogLevel::info, fmt::format("camera motion (gmc_method: {}) is off: there are no pictures",
                                        tracker.setting("gmc_method").value()));
        options.settings.emplace_back("gmc_method", std::string("none"));
    }
    if (tracker.needs_features()) {
        log(LogLevel::warning, "with_reid=True has no effect: there are no pictures to look at");
        options.settings.emplace_back("with_reid", false);
    }
    return options;
}

GivenDetections read_detections(const std::filesystem::path& file) {
    GivenDetections given{metrics::read_mot(file), {}};
    const bool none = std::ranges::all_of(given.rows, [](const auto& row) { return row.confidence == -1; });
    if (none && !given.rows.empty()) {
        for (metrics::MotRow& row : given.rows) row.confidence = 1;
        given.notes.emplace_back("no detection has a confidence (-1): each counts as 1");
    }
    const auto above = std::ranges::count_if(given.rows, [](const auto& row) { return row.confidence > 1; });
    if (above > 0)
        given.notes.push_back(fmt::format(
            "{} confidence{} of detections lie{} above 1 and count as 1: a tracker's thresholds are "
            "for confidences from 0 to 1",
            above, above == 1 ? "" : "s", above == 1 ? "s" : ""));
    const auto empty = std::ranges::count_if(
        given.rows, [](const auto& row) { return !(row.width > 0) || !(row.height > 0); });
    if (empty > 0)
        given.notes.push_back(
            fmt::format("{} of {} detections have no width and height above 0", empty, given.rows.size()));
    return given;
}

std::string clock_note(const Tracker& settings, double frame_rate) {
    if (frame_rate > 0 || !(inference::number_setting(settings, "track_buffer_s") > 0)) return "";
    return fmt::format(
        "track_buffer_s={} has no effect: the frame rate is not known (frameRate of seqinfo.ini), so that "
        "track_buffer counts",
        settings.setting("track_buffer_s").value_or(""));
}

namespace {

Notes notes_of(const inference::TrackTally& tally, std::size_t all, std::size_t left_out, double highest,
               double conf, const Tracker& tracker) {
    Notes notes;
    if (left_out > 0 && left_out == all) {
        notes.push_back(fmt::format(
            "no track: {} lie below conf={} (the highest confidence is {:.2g}): give a lower conf=",
            all == 1 ? "the only detection" : fmt::format("all {} detections", all), conf, highest));
    } else if (left_out > 0) {
        notes.push_back(
            fmt::format("{} of {} detections lie below conf={} and are left out", left_out, all, conf));
    }
    if (const std::string why = inference::why_no_track(tally, tracker); !why.empty()) notes.push_back(why);
    return notes;
}

}  // namespace

GivenTracks track_given(const std::vector<metrics::MotRow>& detections, const TrackerOptions& options,
                        const GivenSequence& sequence, const std::function<bool()>& cancelled,
                        const EachFrame& each_frame) {
    std::map<int, std::vector<Box>> frames;
    std::size_t left_out = 0;
    double highest = -std::numeric_limits<double>::infinity();  // of those
    for (const metrics::MotRow& row : detections) {
        if (row.confidence >= sequence.conf) {
            frames[row.frame].push_back(box_of(row));
        } else {
            ++left_out;
            highest = std::max(highest, row.confidence);
        }
    }
    const int last = std::max(sequence.length, frames.empty() ? 0 : frames.rbegin()->first);
    const double rate = sequence.frame_rate > 0 ? sequence.frame_rate : 1;
    Tracker tracker(options);
    inference::TrackTally tally;
    GivenTracks given;
    for (int frame = 1; frame <= last; ++frame) {
        if (cancelled && cancelled())
            throw Cancelled(fmt::format("tracking was ended after {} of {} frames", frame, last));
        const auto found = frames.find(frame);
        const Detections now{.boxes = found != frames.end() ? found->second : std::vector<Box>(),
                             .seconds = sequence.frame_rate > 0 ? frame / rate : 0};
        Tracks tracks = tracker.update(now);
        tally.add(now, tracks);
        if (each_frame) each_frame(tracks, frame / rate);
        Result result;
        result.boxes = std::move(tracks.boxes);
        const std::vector<metrics::MotRow> more = mot_rows(result, frame);
        given.rows.insert(given.rows.end(), more.begin(), more.end());
    }
    given.notes = notes_of(tally, detections.size(), left_out, highest, sequence.conf, tracker);
    return given;
}

}  // namespace yolo::modes

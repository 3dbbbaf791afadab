// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/given_detections.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include <yolo/error.hpp>

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

std::vector<metrics::MotRow> track_given(const std::vector<metrics::MotRow>& detections,
                                         const TrackerOptions& options, const GivenSequence& sequence,
                                         const std::function<bool()>& cancelled) {
    std::map<int, std::vector<Box>> frames;
    for (const metrics::MotRow& row : detections) {
        if (row.confidence >= sequence.conf) frames[row.frame].push_back(box_of(row));
    }
    const int last = std::max(sequence.length, frames.empty() ? 0 : frames.rbegin()->first);
    const double rate = sequence.frame_rate > 0 ? sequence.frame_rate : 1;
    Tracker tracker(options);
    std::vector<metrics::MotRow> rows;
    for (int frame = 1; frame <= last; ++frame) {
        if (frame % 256 == 0 && cancelled && cancelled())
            throw Cancelled(fmt::format("tracking was ended after {} of {} frames", frame, last));
        const auto found = frames.find(frame);
        Result result;
        Tracks tracks = tracker.update(
            {.boxes = found != frames.end() ? found->second : std::vector<Box>(), .seconds = frame / rate});
        result.boxes = std::move(tracks.boxes);
        const std::vector<metrics::MotRow> more = mot_rows(result, frame);
        rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
}

}  // namespace yolo::modes

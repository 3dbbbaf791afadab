// SPDX-License-Identifier: Apache-2.0
#include "inference/track_tally.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inference/number_setting.hpp"

namespace yolo::inference {

void TrackTally::add(const Detections& given, const Tracks& got) {
    const auto count = [this](float width, float height, float confidence) {
        if (!(width > 0) || !(height > 0)) return;
        ++detections;
        highest = std::max(highest, confidence);
    };
    for (const Box& box : given.boxes) count(box.x2 - box.x1, box.y2 - box.y1, box.confidence);
    for (const RotatedBox& box : given.obb) count(box.width, box.height, box.confidence);
    rows += static_cast<std::int64_t>(got.size());
}

std::string why_no_track(const TrackTally& tally, const Tracker& settings) {
    if (tally.rows > 0 || tally.detections == 0) return "";
    // A track begins with a strong detection that also reaches the threshold of new ones.
    const char* key = "new_track_thresh";
    if (number_setting(settings, "track_high_thresh") > number_setting(settings, key))
        key = "track_high_thresh";
    const float needed = number_setting(settings, key);
    const std::string found =
        fmt::format("{} detection{}", tally.detections, tally.detections == 1 ? "" : "s");
    if (tally.highest < needed) {
        constexpr float bytetrack_needs = 0.25F;
        const bool other = settings.type() != "bytetrack" && tally.highest > bytetrack_needs;
        return fmt::format(
            "no track: none of {} reached {}={} of {} (the highest confidence is {:.2g}): lower it in a "
            "tracker file of your own{}",
            found, key, settings.setting(key).value_or(""), settings.type(), tally.highest,
            other ? ", or take tracker=bytetrack.yaml" : "");
    }
    if (const auto least = settings.setting("min_track_len"); least && *least != "0") {
        return fmt::format(
            "no track: no object of {} was found again often enough (min_track_len={} of {}, after the frame "
            "it was first seen in)",
            found, *least, settings.type());
    }
    return fmt::format("no track: no object of {} was found again in the frames after it", found);
}

}  // namespace yolo::inference

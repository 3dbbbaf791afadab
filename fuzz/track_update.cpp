// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include <yolo/error.hpp>
#include <yolo/tracker.hpp>

namespace {

/// Five floats from the bytes, whatever they are; false at their end.
bool next(const std::uint8_t*& data, std::size_t& size, float (&values)[5]) {
    if (size < sizeof(values)) return false;
    std::memcpy(values, data, sizeof(values));
    data += sizeof(values);
    size -= sizeof(values);
    return true;
}

void check(const yolo::Tracks& tracks, std::size_t detections) {
    std::set<int> ids;
    for (const yolo::Box& box : tracks.boxes) {
        if (box.track_id < 1 || !ids.insert(box.track_id).second) std::abort();
        if (!std::isfinite(box.x1 + box.y1 + box.x2 + box.y2)) std::abort();
    }
    for (const int index : tracks.indices) {
        if (index < -1 || index >= static_cast<int>(detections)) std::abort();
    }
}

}  // namespace

/// Any boxes in any number of frames: finite rows, each number once. The first byte chooses the tracker; a
/// score above 1 ends a frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto types = yolo::tracker_types();
    yolo::TrackerOptions options{.type = std::string(types[data[0] % types.size()])};
    if (yolo::Tracker(options).needs_frame()) options.settings = {{"gmc_method", "none"}};
    yolo::Tracker tracker(options);
    yolo::Detections frame;
    float values[5];
    for (++data, --size; next(data, size, values);) {
        const auto [x1, y1, x2, y2, score] = values;
        frame.boxes.push_back({x1, y1, x2, y2, score});
        if (!(score > 1)) continue;
        check(tracker.update(frame), frame.boxes.size());
        frame.boxes.clear();
    }
    check(tracker.update(frame), frame.boxes.size());
    return 0;
}

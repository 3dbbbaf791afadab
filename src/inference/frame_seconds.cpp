// SPDX-License-Identifier: Apache-2.0
#include "inference/frame_seconds.hpp"

namespace yolo::inference {

double time_of(const sources::Frame& frame) {
    if (frame.received != std::chrono::steady_clock::time_point())
        return std::chrono::duration<double>(frame.received.time_since_epoch()).count();
    return frame.fps > 0 ? frame.frame_number / frame.fps : 0;
}

double seconds_of(const sources::Frame& frame) {
    const bool live = frame.received != std::chrono::steady_clock::time_point();
    if (live || frame.fps > 0) return time_of(frame);
    if (frame.frame_number > 0) return frame.frame_number;
    return 1 + (frame.kind == sources::SourceKind::memory ? frame.source_index : frame.folder_index);
}

}  // namespace yolo::inference

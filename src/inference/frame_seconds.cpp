// SPDX-License-Identifier: Apache-2.0
#include "inference/frame_seconds.hpp"

namespace yolo::inference {

double seconds_of(const sources::Frame& frame) {
    if (frame.received != std::chrono::steady_clock::time_point())
        return std::chrono::duration<double>(frame.received.time_since_epoch()).count();
    if (frame.fps > 0) return frame.frame_number / frame.fps;
    if (frame.frame_number > 0) return frame.frame_number;
    return 1 + (frame.kind == sources::SourceKind::memory ? frame.source_index : frame.folder_index);
}

}  // namespace yolo::inference

// SPDX-License-Identifier: Apache-2.0
#include "inference/frame_seconds.hpp"

namespace yolo::inference {

bool has_time(const sources::Frame& frame) {
    return frame.fps > 0 || frame.received != std::chrono::steady_clock::time_point();
}

double seconds_of(const sources::Frame& frame) {
    return has_time(frame) ? frame.seconds : frame.folder_index;
}

}  // namespace yolo::inference

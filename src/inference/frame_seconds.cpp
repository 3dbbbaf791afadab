// SPDX-License-Identifier: Apache-2.0
#include "inference/frame_seconds.hpp"

#include "inference/sequence.hpp"

namespace yolo::inference {

double seconds_of(const sources::Frame& frame) {
    if (frame.kind == sources::SourceKind::memory) return frame.source_index;
    return Sequence(frame).file < 0 ? frame.folder_index : frame.seconds;
}

}  // namespace yolo::inference

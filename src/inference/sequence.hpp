// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::inference {

/// Frames in which the same objects may be seen: those of a stream, of a video, or all pictures of a folder
/// or list together. Frames of different streams come in turn; files come one after the other.
struct Sequence {
    int stream = 0;  ///< 0 for files
    int file = -1;   ///< the video; -1: pictures

    explicit Sequence(const sources::Frame& frame)
        : stream(frame.kind == sources::SourceKind::stream ? frame.source_index : 0),
          file(frame.kind == sources::SourceKind::image || frame.kind == sources::SourceKind::memory
                   ? -1
                   : frame.source_index) {}
    bool operator==(const Sequence&) const = default;
};

}  // namespace yolo::inference

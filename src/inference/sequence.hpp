// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "sources/source.hpp"

namespace yolo::inference {

/// Frames in which the same objects may be seen: those of a stream, of a video, or the pictures of a folder
/// that follow one another. Frames of different streams come in turn; files come one after the other.
struct Sequence {
    int stream = 0;           ///< 0 for files
    int file = -1;            ///< the video; -1: pictures
    std::string folder = {};  ///< of pictures

    explicit Sequence(const sources::Frame& frame)
        : stream(frame.kind == sources::SourceKind::stream ? frame.source_index : 0) {
        if (frame.kind == sources::SourceKind::image) {
            folder = std::filesystem::path(frame.path).parent_path().string();
        } else if (frame.kind != sources::SourceKind::memory) {
            file = frame.source_index;
        }
    }
    bool operator==(const Sequence&) const = default;
};

}  // namespace yolo::inference

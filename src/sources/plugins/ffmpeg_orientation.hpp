// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sources/orientation.hpp"
#include "sources/plugins/ffmpeg_handles.hpp"

namespace yolo::plugins {

/// As the container says it: MOV's and MP4's display matrix, Matroska's projection (FFmpeg 6.1 and later), or
/// the tag "rotate" that older programs wrote. Nothing when it does not.
std::optional<sources::Orientation> stream_orientation(const AVStream& stream);

/// As the frame itself says it: the EXIF block of a JPEG, H.264's display orientation.
sources::Orientation frame_orientation(const AVFrame& frame);

}  // namespace yolo::plugins

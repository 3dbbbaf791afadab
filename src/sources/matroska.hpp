// SPDX-License-Identifier: Apache-2.0
/// \file What FFmpeg does not tell of a Matroska or WebM file (RFC 9559): how its frames are turned (before
/// 6.1), and whether it is all there.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sources/orientation.hpp"

namespace yolo::sources {

/// Of the first video track, as its ProjectionPoseRoll and -Yaw say (elements 0x7675 and 0x7673). Nothing
/// when the file does not say it, or is none of these.
std::optional<Orientation> matroska_orientation(std::span<const std::byte> file);

/// It is shorter than its header says. A recording that was not ended properly does not say it.
bool matroska_is_cut(std::span<const std::byte> file);

}  // namespace yolo::sources

// SPDX-License-Identifier: Apache-2.0
/// \file Whether a video is all there, as far as its container says how long it is.
#pragma once

#include <cstddef>
#include <span>

namespace yolo::sources {

/// A MOV or MP4 file (ISO/IEC 14496-12) without "moov", the index, which most recorders write last.
bool lacks_index(std::span<const std::byte> file);

/// The frames of a MOV, MP4, Matroska, WebM (RFC 9559) or ASF file reach behind its end. Other containers do
/// not say where they end, nor do recordings that were not ended properly.
bool reaches_behind_end(std::span<const std::byte> file);

}  // namespace yolo::sources

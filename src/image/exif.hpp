// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace yolo::image {

/// A tag of the first directory of a TIFF structure (TIFF 6.0, section 2, or BigTIFF with its 64-bit
/// offsets): a TIFF file, or the body of an EXIF block.
struct TiffTag {
    std::uint64_t value = 0;       ///< the first value, for tags of bytes, shorts and longs
    std::size_t value_offset = 0;  ///< where it is, from the start of the structure
    bool little_endian = true;
};

/// The tag of that number, or nothing when it is absent or the structure is damaged.
std::optional<TiffTag> find_tiff_tag(std::span<const std::byte> tiff, std::uint16_t number);

/// Orientation tag (EXIF 2.3, tag 0x0112), 1..8; 1 when there is none. A leading "Exif\0\0" is skipped.
int exif_orientation(std::span<const std::byte> exif);

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <span>
#include <string>

#include <yolo/image.hpp>

#include "image/codec_format.hpp"

namespace yolo::data {

/// What a picture file says of itself before its pixels.
struct PictureHeader {
    image::ImageFormat format = image::ImageFormat::unknown;
    Size size;            ///< as stored
    int orientation = 1;  ///< EXIF, 1..8
    Size upright() const { return orientation >= 5 ? Size{size.width, size.height} : size; }
};

/// Reads the header of a file of any format that pictures of data sets may have; only HEIF and AVIF need the
/// whole picture decoded. Throws Error with the bare reason.
PictureHeader read_picture_header(std::span<const std::byte> bytes);

/// The upright size of a picture that training can use: a known format by its content, both sides at least 10
/// pixels, JPEG not cut short, PNG with right checksums. Throws Error with the bare reason.
Size check_picture(const std::filesystem::path& path);

/// Why a picture cannot be read, for a sentence that has named it already.
std::string reason_alone(const std::exception& error, const std::filesystem::path& picture);

}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace yolo::image {

enum class ImageFormat { unknown, jpeg, png, bmp, tiff, dng, webp, jp2, avif, heif, gif };

const char* to_string(ImageFormat format);  ///< "JPEG", "PNG", ...

/// The format that the first bytes of a file show, whatever its name says.
ImageFormat find_format(std::span<const std::byte> bytes);

/// A WebP of several frames, which is a video more than a picture.
bool is_animated_webp(std::span<const std::byte> bytes);

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
/// \file Pictures from and to files. JPEG and PNG are decoded here; every other suffix through the plug-in
/// yolo_media.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include <opencv2/core/mat.hpp>

namespace yolo::image {

/// Decodes to (h, w, 3) uint8 BGR with the EXIF rotation applied; alpha dropped, 16 bit -> upper 8 bits, grey
/// -> BGR. The format is found in the content, whatever the name says. Throws Error that names the file:
/// missing, empty, truncated, not a picture, too large.
cv::Mat read_image(const std::filesystem::path& path);
cv::Mat decode_image(std::span<const std::byte> bytes, const std::string& where);

struct JpegOptions {
    int quality = 95;          ///< 0..100
    bool full_chroma = false;  ///< 4:4:4, else 4:2:0
};

/// Encodes by the path's suffix (bmp, jpg, jpeg, png, tif, tiff, webp; `jpeg` is for .jpg and .jpeg) and
/// writes the file whole or not at all.
void write_image(const std::filesystem::path& path, const cv::Mat& picture, const JpegOptions& jpeg = {});
bool can_write_image(const std::filesystem::path& path);  ///< by suffix, in any case of letters

}  // namespace yolo::image

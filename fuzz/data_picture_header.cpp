// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <yolo/error.hpp>

#include "data/dataset/picture_header.hpp"

/// The header of a picture from anywhere gives a size or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    const auto format = yolo::image::find_format(bytes);
    if (format == yolo::image::ImageFormat::avif || format == yolo::image::ImageFormat::heif) return 0;
    try {
        const auto header = yolo::data::read_picture_header(bytes);
        if (header.size.height < 1 || header.size.width < 1) std::abort();
    } catch (const yolo::Error&) {
        return 0;
    }
    return 0;
}

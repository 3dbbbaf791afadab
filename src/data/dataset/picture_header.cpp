// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/picture_header.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <yolo/error.hpp>

#include "data/dataset/byte_view.hpp"
#include "image/codec.hpp"
#include "image/codec_limits.hpp"
#include "image/exif.hpp"

namespace yolo::data {

namespace {

using image::ImageFormat;

constexpr char cut_short[] = "its header is cut short";

Size make_size(std::uint64_t height, std::uint64_t width) {
    constexpr std::uint64_t limit = std::numeric_limits<int>::max();
    if (height > limit || width > limit) throw Error("its size is impossible");
    return {static_cast<int>(height), static_cast<int>(width)};
}

/// Markers and segments of ISO/IEC 10918-1, annex B, up to the frame header.
PictureHeader jpeg_header(ByteView bytes) {
    PictureHeader header{ImageFormat::jpeg, {}, 1};
    for (std::size_t at = 2; at + 4 <= bytes.size();) {
        if (bytes.u8(at) != 0xFF) throw Error("the JPEG is damaged (a marker is missing)");
        const unsigned marker = bytes.u8(at + 1);
        if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
            at += marker == 0xFF ? 1 : 2;  // filling, or a marker without a segment
            continue;
        }
        const std::size_t length = bytes.big16(at + 2);
        const bool frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
            header.size = make_size(bytes.big16(at + 5), bytes.big16(at + 7));
            return header;
        }
        if (marker == 0xD9 || marker == 0xDA || length < 2) break;
        if (marker == 0xE1 && bytes.text(at + 4, 6) == std::string_view("Exif\0\0", 6)) {
            header.orientation = image::exif_orientation(bytes.part(at + 4, length - 2));
        }
        at += 2 + length;
    }
    throw Error("the JPEG is damaged or truncated (it has no frame)");
}

/// Chunks of a PNG up to its pixels, and the EXIF block wherever it is.
PictureHeader png_header(ByteView bytes) {
    constexpr std::size_t signature = 8;
    PictureHeader header{ImageFormat::png, {}, 1};
    if (bytes.text(signature + 4, 4) != "IHDR") throw Error("the PNG is damaged (it has no header)");
    header.size = make_size(bytes.big32(signature + 12), bytes.big32(signature + 8));
    for (std::size_t at = signature; at + 12 <= bytes.size();) {
        const std::size_t length = bytes.big32(at);
        if (bytes.text(at + 4, 4) == "eXIf") {
            header.orientation = image::exif_orientation(bytes.part(at + 8, length));
        }
        at += 12 + length;
    }
    return header;
}

/// BITMAPCOREHEADER has 16-bit sides; in all later headers a negative height means rows from the top.
PictureHeader bmp_header(ByteView bytes) {
    constexpr std::uint32_t core_header = 12;
    PictureHeader header{ImageFormat::bmp, {}, 1};
    if (bytes.little32(14) == core_header) {
        header.size = {static_cast<int>(bytes.little16(20)), static_cast<int>(bytes.little16(18))};
    } else {
        const auto height = static_cast<std::int32_t>(bytes.little32(22));
        header.size = make_size(static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(height))),
                                bytes.little32(18));
    }
    return header;
}

PictureHeader tiff_header(ByteView bytes, ImageFormat format) {
    constexpr std::uint16_t width_tag = 0x0100, height_tag = 0x0101;
    const auto width = image::find_tiff_tag(bytes.part(0, bytes.size()), width_tag);
    const auto height = image::find_tiff_tag(bytes.part(0, bytes.size()), height_tag);
    if (!width || !height) throw Error("the TIFF is damaged (it does not say its size)");
    return {format, make_size(height->value, width->value),
            image::exif_orientation(bytes.part(0, bytes.size()))};
}

/// RFC 9649: a simple lossy or lossless bit stream, or the extended form.
PictureHeader webp_header(ByteView bytes) {
    PictureHeader header{ImageFormat::webp, {}, 1};
    const std::string_view kind = bytes.text(12, 4);
    if (kind == "VP8 ") {
        header.size = {static_cast<int>(bytes.little16(28) & 0x3FFF),
                       static_cast<int>(bytes.little16(26) & 0x3FFF)};
    } else if (kind == "VP8L") {
        const std::uint32_t bits = bytes.little32(21);
        header.size = {static_cast<int>((bits >> 14 & 0x3FFF) + 1), static_cast<int>((bits & 0x3FFF) + 1)};
    } else if (kind == "VP8X") {
        header.size = {static_cast<int>((bytes.little32(27) & 0xFFFFFF) + 1),
                       static_cast<int>((bytes.little32(24) & 0xFFFFFF) + 1)};
        for (std::size_t at = 12; at + 8 <= bytes.size();) {
            const std::size_t length = bytes.little32(at + 4);
            if (bytes.text(at, 4) == "EXIF") {
                header.orientation = image::exif_orientation(bytes.part(at + 8, length));
            }
            at += 8 + length + length % 2;
        }
    } else {
        throw Error("the WebP is damaged (it has no picture)");
    }
    return header;
}

/// ISO/IEC 15444-1: the image header box of a JP2 file, or the SIZ marker of a bare code stream.
PictureHeader jp2_header(ByteView bytes) {
    PictureHeader header{ImageFormat::jp2, {}, 1};
    if (bytes.big16(0) == 0xFF4F) {
        header.size = make_size(std::uint64_t{bytes.big32(12)} - bytes.big32(20),
                                std::uint64_t{bytes.big32(8)} - bytes.big32(16));
        return header;
    }
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        const std::size_t length = bytes.big32(at);
        const std::string_view kind = bytes.text(at + 4, 4);
        if (kind == "ihdr") {
            header.size = make_size(bytes.big32(at + 8), bytes.big32(at + 12));
            return header;
        }
        if (kind != "jp2h" && length < 8) break;
        at += kind == "jp2h" ? 8 : length;  // the header box holds the one that is looked for
    }
    throw Error("the JPEG 2000 picture is damaged (it does not say its size)");
}

PictureHeader header_of(std::span<const std::byte> data) {
    const ByteView bytes(data, cut_short);
    switch (const ImageFormat format = image::find_format(data)) {
        case ImageFormat::jpeg:
            return jpeg_header(bytes);
        case ImageFormat::png:
            return png_header(bytes);
        case ImageFormat::bmp:
            return bmp_header(bytes);
        case ImageFormat::tiff:
        case ImageFormat::dng:
            return tiff_header(bytes, format);
        case ImageFormat::webp:
            return webp_header(bytes);
        case ImageFormat::jp2:
            return jp2_header(bytes);
        case ImageFormat::avif:
        case ImageFormat::heif: {
            const cv::Mat picture = image::decode_image(data, "picture");
            return {format, {picture.rows, picture.cols}, 1};
        }
        case ImageFormat::gif:
            throw Error("it is a GIF, which is read as a video only");
        default:
            throw Error("it is not a picture of a known format");
    }
}

}  // namespace

PictureHeader read_picture_header(std::span<const std::byte> bytes) {
    if (bytes.empty()) throw Error("it is empty");
    PictureHeader header = header_of(bytes);
    image::check_pixel_count(header.size.height, header.size.width);
    return header;
}

}  // namespace yolo::data

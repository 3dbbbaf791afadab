// SPDX-License-Identifier: Apache-2.0
#include "image/codec_format.hpp"

#include <array>
#include <string_view>

#include "image/exif.hpp"

namespace yolo::image {

namespace {

using namespace std::string_view_literals;

struct Signature {
    ImageFormat format;
    std::size_t offset;
    std::string_view bytes;
};

constexpr std::uint16_t dng_version_tag = 0xC612;

constexpr std::array signatures{
    Signature{ImageFormat::jpeg, 0, "\xFF\xD8\xFF"sv},
    Signature{ImageFormat::png, 0, "\x89PNG\r\n\x1A\n"sv},
    Signature{ImageFormat::gif, 0, "GIF8"sv},
    Signature{ImageFormat::bmp, 0, "BM"sv},
    Signature{ImageFormat::tiff, 0, "II*\0"sv},
    Signature{ImageFormat::tiff, 0, "MM\0*"sv},
    Signature{ImageFormat::tiff, 0, "II+\0"sv},  // BigTIFF
    Signature{ImageFormat::tiff, 0, "MM\0+"sv},
    Signature{ImageFormat::webp, 8, "WEBP"sv},
    Signature{ImageFormat::jp2, 0, "\0\0\0\x0CjP  \r\n\x87\n"sv},
    Signature{ImageFormat::jp2, 0, "\xFF\x4F\xFF\x51"sv},  // a bare code stream
    Signature{ImageFormat::avif, 4, "ftypavif"sv},
    Signature{ImageFormat::avif, 4, "ftypavis"sv},
    Signature{ImageFormat::heif, 4, "ftyphei"sv},
    Signature{ImageFormat::heif, 4, "ftyphev"sv},
    Signature{ImageFormat::heif, 4, "ftypmif1"sv},
    Signature{ImageFormat::heif, 4, "ftypmsf1"sv},
};

}  // namespace

const char* to_string(ImageFormat format) {
    constexpr std::array names{"unknown", "JPEG",      "PNG",  "BMP",  "TIFF", "DNG (raw camera)",
                               "WebP",    "JPEG 2000", "AVIF", "HEIF", "GIF"};
    return names.at(static_cast<std::size_t>(format));
}

ImageFormat find_format(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const Signature& signature : signatures) {
        if (text.size() < signature.offset) continue;
        if (!text.substr(signature.offset).starts_with(signature.bytes)) continue;
        const bool raw = signature.format == ImageFormat::tiff && find_tiff_tag(bytes, dng_version_tag);
        return raw ? ImageFormat::dng : signature.format;
    }
    return ImageFormat::unknown;
}

// WebP container specification, "extended file format": flags follow the header of the first chunk.
bool is_animated_webp(std::span<const std::byte> bytes) {
    constexpr std::size_t chunk_at = 12, flags_at = 20;
    constexpr std::byte animation{0x02};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return text.size() > flags_at && text.starts_with("RIFF") &&
           text.substr(chunk_at - 4).starts_with("WEBPVP8X") && (bytes[flags_at] & animation) != std::byte{0};
}

}  // namespace yolo::image

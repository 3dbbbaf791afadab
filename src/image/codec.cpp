// SPDX-License-Identifier: Apache-2.0
#include "image/codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "core/plugin.hpp"
#include "image/codec_format.hpp"
#include "image/codec_limits.hpp"
#include "image/exif.hpp"
#include "image/foreign_content.hpp"
#include "image/jpeg_codec.hpp"
#include "image/media_plugin.hpp"
#include "image/png_codec.hpp"

namespace yolo::image {

namespace {

constexpr std::uint16_t subfile_tag = 0x00FE, bits_tag = 0x0102, samples_tag = 0x0115,
                        extra_samples_tag = 0x0152, sample_format_tag = 0x0153;
constexpr std::uint32_t unassociated_alpha = 2;

/// Turns and mirrors a picture as the EXIF orientation 2..8 asks for.
cv::Mat upright(const cv::Mat& picture, int orientation) {
    cv::Mat turned = picture;
    if (orientation >= 5) {
        cv::transpose(picture, turned);
        orientation = orientation == 5 ? 1 : orientation == 6 ? 2 : orientation == 7 ? 3 : 4;
    }
    if (orientation == 1) return turned;
    cv::Mat flipped;
    cv::flip(turned, flipped, orientation == 2 ? 1 : orientation == 3 ? -1 : 0);
    return flipped;
}

/// A WebP file's EXIF chunk: chunks follow the 12 bytes of the RIFF header, each with a tag, a size and even
/// length.
int webp_orientation(std::span<const std::byte> bytes) {
    bytes = bytes.subspan(12);
    while (bytes.size() > 8) {
        std::uint32_t size = 0;
        for (std::size_t i = 4; i-- > 0;) size = size << 8 | static_cast<std::uint32_t>(bytes[4 + i]);
        const auto body = bytes.subspan(8);
        if (size > body.size()) break;
        if (std::memcmp(bytes.data(), "EXIF", 4) == 0) return exif_orientation(body.first(size));
        bytes = body.subspan(std::min<std::size_t>(size + size % 2, body.size()));
    }
    return 1;
}

/// libtiff multiplies the colours with an alpha that was stored apart from them; alpha is dropped here, so it
/// is told that the extra channel is something else. Nothing when the bytes need no change.
std::optional<std::vector<std::byte>> without_alpha(std::span<const std::byte> tiff) {
    const auto tag = find_tiff_tag(tiff, extra_samples_tag);
    if (!tag || tag->value != unassociated_alpha) return std::nullopt;
    std::vector<std::byte> copy(tiff.begin(), tiff.end());
    copy[tag->value_offset + (tag->little_endian ? 0 : 1)] = std::byte{0};
    return copy;
}

/// A raw file whose first picture is only a small preview would be silently taken for the picture.
void check_raw(std::span<const std::byte> bytes) {
    const auto subfile = find_tiff_tag(bytes, subfile_tag);
    if (subfile && (subfile->value & 1) != 0) {
        throw Error(
            "a DNG with raw sensor data, which needs a raw developer: convert it to TIFF or JPEG first");
    }
}

/// Why a TIFF that is whole cannot be taken for a picture.
void check_tiff(std::span<const std::byte> bytes) {
    const auto number = [&](std::uint16_t tag, std::uint64_t otherwise) {
        const auto found = find_tiff_tag(bytes, tag);
        return found ? found->value : otherwise;
    };
    const std::uint64_t channels = number(samples_tag, 1), form = number(sample_format_tag, 1);
    const char* kind = form == 2 ? "signed numbers" : form == 3 ? "floating-point numbers" : nullptr;
    if (kind != nullptr)
        throw Error(fmt::format("a TIFF of {}: convert it to 8 or 16 bits without a sign first", kind));
    if (channels > 4) throw Error(fmt::format("a TIFF of {} channels: keep 1, 3 or 4 of them", channels));
    // One value stands in the tag itself, several behind a pointer.
    if (const std::uint64_t bits = number(bits_tag, 1); channels == 1 && bits > 16)
        throw Error(fmt::format("a TIFF of {} bits a channel: convert it to 8 or 16 bits first", bits));
}

DecodedImage decode_elsewhere(std::span<const std::byte> bytes, ImageFormat format) {
    if (format == ImageFormat::unknown) {
        const std::string found = foreign_content(bytes);
        throw Error(found.empty() ? "it is not a picture of a known format"
                                  : fmt::format("it holds {}, no picture", found));
    }
    if (format == ImageFormat::webp && is_animated_webp(bytes))
        throw Error(
            "it is an animated WebP: as a source it is read as a video, elsewhere a still picture is needed");
    static const auto decode = reinterpret_cast<MediaDecode*>(plugin_symbol(
        media_library, media_decode_name, fmt::format("reading {} pictures", to_string(format))));
    if (format == ImageFormat::dng) check_raw(bytes);
    const auto changed = format == ImageFormat::tiff ? without_alpha(bytes) : std::nullopt;
    DecodedImage decoded;
    std::string reason;
    if (!decode(changed ? std::span<const std::byte>(*changed) : bytes, format, decoded.pixels, reason)) {
        if (format == ImageFormat::tiff) check_tiff(bytes);
        throw Error(fmt::format("{} picture: {}", to_string(format), reason));
    }
    check_pixel_count(decoded.pixels.rows, decoded.pixels.cols);
    if (decoded.pixels.depth() == CV_16U) {
        cv::Mat upper(decoded.pixels.size(), CV_8UC3);
        const auto* in = decoded.pixels.ptr<std::uint16_t>();
        auto* out = upper.ptr<std::uint8_t>();
        for (std::size_t i = 0, n = decoded.pixels.total() * 3; i < n; ++i)
            out[i] = static_cast<std::uint8_t>(in[i] >> 8);
        decoded.pixels = std::move(upper);
    }
    if (format == ImageFormat::webp) decoded.orientation = webp_orientation(bytes);
    return decoded;
}

DecodedImage decode(std::span<const std::byte> bytes) {
    if (bytes.empty()) throw Error("it is empty");
    switch (const ImageFormat format = find_format(bytes)) {
        case ImageFormat::jpeg:
            return decode_jpeg(bytes);
        case ImageFormat::png:
            return decode_png(bytes);
        default:
            return decode_elsewhere(bytes, format);
    }
}

std::vector<std::byte> encode(const cv::Mat& picture, const std::string& suffix, const JpegOptions& jpeg) {
    if (picture.empty() || picture.depth() != CV_8U) throw Error("there are no 8-bit pixels to write");
    std::vector<std::byte> bytes;
    if (suffix == "jpg" || suffix == "jpeg") {
        encode_jpeg(picture, jpeg, bytes);
    } else if (suffix == "png") {
        encode_png(picture, bytes);
    } else {
        static const auto encode_elsewhere = reinterpret_cast<MediaEncode*>(
            plugin_symbol(media_library, media_encode_name, fmt::format("writing .{} pictures", suffix)));
        if (std::string reason; !encode_elsewhere(picture, "." + suffix, bytes, reason)) throw Error(reason);
    }
    return bytes;
}

}  // namespace

cv::Mat read_image(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    return decode_image(file->bytes(), path.string());
}

cv::Mat decode_image(std::span<const std::byte> bytes, const std::string& where) {
    try {
        const DecodedImage decoded = decode(bytes);
        return upright(decoded.pixels, decoded.orientation);
    } catch (const Error& error) {
        throw Error(fmt::format("cannot read the picture '{}': {}", where, error.what()));
    }
}

void write_image(const std::filesystem::path& path, const cv::Mat& picture, const JpegOptions& jpeg) {
    std::vector<std::byte> bytes;
    try {
        bytes = encode(picture, lower_suffix(path), jpeg);
    } catch (const Error& error) {
        throw Error(fmt::format("cannot write the picture '{}': {}", path.string(), error.what()));
    }
    write_file(path, bytes, Durability::unsynced);
}

bool can_write_image(const std::filesystem::path& path) {
    constexpr std::array suffixes = {"bmp", "jpg", "jpeg", "png", "tif", "tiff", "webp"};
    return std::ranges::count(suffixes, lower_suffix(path)) > 0;
}

}  // namespace yolo::image

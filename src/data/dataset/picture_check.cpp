// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <zlib.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "data/dataset/byte_view.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/picture_header.hpp"
#include "image/codec.hpp"
#include "image/jpeg_codec.hpp"

namespace yolo::data {

namespace {

constexpr int smallest_side = 10;

/// A whole file ends with its end marker; what has bytes behind it is told from a cut one by decoding.
void check_jpeg(std::span<const std::byte> bytes) {
    const ByteView view(bytes, "the JPEG is truncated");
    if (view.big16(bytes.size() - 2) != 0xFFD9) (void)image::decode_jpeg(bytes);
}

/// Every chunk up to IEND with its CRC-32 (PNG specification, section 5.3).
void check_png(std::span<const std::byte> bytes) {
    constexpr std::size_t signature = 8, frame = 12;  // length, type, CRC
    const ByteView view(bytes, "the PNG is truncated (its end is missing)");
    for (std::size_t at = signature;;) {
        const std::size_t length = view.big32(at);
        const auto body = view.part(at + 4, length + 4);
        const auto sum = ::crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
        if (sum != view.big32(at + 8 + length)) throw Error("the PNG is damaged (a checksum is wrong)");
        if (view.text(at + 4, 4) == "IEND") return;
        at += frame + length;
    }
}

/// The file; the reason why it cannot be opened does not name it again.
std::shared_ptr<const MappedFile> open_picture(const std::filesystem::path& path) {
    std::error_code error, ignored;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, ignored)))
            throw Error("it is a link to a file that is not there");
        throw Error(is_windows_path(path.string()) ? "it is a path of another computer"
                                                   : "there is no such file");
    }
    if (error) throw Error(error.message());
    if (!std::filesystem::is_regular_file(status)) throw Error("it is not a file");
    try {
        return MappedFile::open(path);
    } catch (const Error& failure) {
        const std::string text = failure.what(), again = fmt::format("'{}': ", path.string());
        const std::size_t at = text.find(again);
        if (at == std::string::npos) throw;
        throw Error(text.substr(0, at) + "it: " + text.substr(at + again.size()));
    }
}

void check_decodes(std::span<const std::byte> bytes, const std::filesystem::path& path) {
    try {
        (void)image::decode_image(bytes, path.string());
    } catch (const Error& error) {
        throw Error(reason_alone(error, path));
    }
}

}  // namespace

std::string reason_alone(const std::exception& error, const std::filesystem::path& picture) {
    const std::string text = error.what(),
                      start = fmt::format("cannot read the picture '{}': ", picture.string());
    return text.starts_with(start) ? text.substr(start.size()) : text;
}

Size check_picture(const std::filesystem::path& path) {
    const auto file = open_picture(path);
    const PictureHeader header = read_picture_header(file->bytes());
    if (header.size.height < smallest_side || header.size.width < smallest_side) {
        throw Error(fmt::format("its size of {}x{} is below {} pixels", header.size.width, header.size.height,
                                smallest_side));
    }
    if (header.format == image::ImageFormat::jpeg) {
        check_jpeg(file->bytes());
    } else if (header.format == image::ImageFormat::png) {
        check_png(file->bytes());
    } else if (header.format != image::ImageFormat::tiff) {
        // Rare ones, of which some kinds cannot be decoded: found out here, not in the middle of a training.
        check_decodes(file->bytes(), path);
    }
    return header.upright();
}

}  // namespace yolo::data

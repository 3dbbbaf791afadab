// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_file.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <span>
#include <string_view>

#include <fmt/core.h>
#include <sys/stat.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "image/codec.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// Magic, version 1.0, two bytes for the length of the header that follows, its end on a multiple of 64.
constexpr std::string_view npy_start("\x93NUMPY\x01\x00", 8);
constexpr std::size_t npy_length_size = 2, npy_alignment = 64;
/// What tells files that were written here from everybody else's.
constexpr std::string_view mark = " # cached by yolo.cpp from ";

std::string npy_header(int height, int width, const std::string& origin) {
    std::string header = fmt::format("{{'descr': '|u1', 'fortran_order': False, 'shape': ({}, {}, 3), }}{}{}",
                                     height, width, mark, origin);
    const std::size_t before = npy_start.size() + npy_length_size;
    const std::size_t whole = (before + header.size() + npy_alignment) / npy_alignment * npy_alignment;
    header.resize(whole - before - 1, ' ');
    return header + '\n';
}

/// The header with nothing behind its text, the file standing at the pixels; "" where it is not ours.
std::string read_header(std::istream& file) {
    std::string start(npy_start.size() + npy_length_size, '\0');
    if (!file.read(start.data(), static_cast<std::streamsize>(start.size())) || !start.starts_with(npy_start))
        return {};
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(start[i]));
    };
    std::string header(byte(npy_start.size()) | byte(npy_start.size() + 1) << 8, '\0');
    if (!file.read(header.data(), static_cast<std::streamsize>(header.size()))) return {};
    if (header.find(mark) == std::string::npos) return {};
    return header.substr(0, header.find_last_not_of(" \n") + 1);
}

/// Whether the file may be replaced: nobody but this program has written it, to this very place.
bool is_ours(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(fs::symlink_status(path, ignored))) return false;
    std::ifstream file(path, std::ios::binary);
    return !read_header(file).empty();
}

/// The state of a picture's file: another one has other numbers, also when it is older.
std::string origin_of(const fs::path& path) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return fmt::format("{} bytes of {}.{:09}", static_cast<long long>(status.st_size),
                       static_cast<long long>(status.st_mtim.tv_sec),
                       static_cast<long long>(status.st_mtim.tv_nsec));
}

/// Why the picture is not kept, or "".
std::string keep(const fs::path& cached, const NpyPicture& picture) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(cached, ignored)) && !is_ours(cached))
        return fmt::format("'{}' was not written by this program: it is neither used nor replaced",
                           cached.string());
    try {
        write_npy(cached, picture);
        return {};
    } catch (const Error& error) {  // read-only folder, full disk: the picture itself is at hand
        return error.what();
    }
}

}  // namespace

fs::path disk_cache_of(const fs::path& picture) {
    fs::path cached = picture;
    return cached += ".npy";
}

void write_npy(const fs::path& path, const NpyPicture& picture) {
    const cv::Mat& pixels = picture.pixels;
    const std::string header = npy_header(pixels.rows, pixels.cols, picture.origin);
    std::string bytes(npy_start);
    bytes += static_cast<char>(header.size() & 0xff);
    bytes += static_cast<char>(header.size() >> 8);
    bytes += header;
    const std::size_t row = static_cast<std::size_t>(pixels.cols) * 3;
    bytes.reserve(bytes.size() + row * static_cast<std::size_t>(pixels.rows));
    for (int y = 0; y < pixels.rows; ++y) bytes.append(pixels.ptr<char>(y), row);
    write_file(path, std::as_bytes(std::span(bytes)), Durability::unsynced);
}

std::optional<NpyPicture> read_npy(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string header = read_header(file);
    const std::size_t shape = header.find("'shape': ("), origin = header.find(mark);
    int height = 0, width = 0;
    if (shape == std::string::npos || origin == std::string::npos ||
        std::sscanf(header.c_str() + shape, "'shape': (%d, %d, 3)", &height, &width) != 2 || height < 1 ||
        width < 1)
        return std::nullopt;
    std::error_code missing;
    const auto bytes = static_cast<std::uintmax_t>(height) * static_cast<std::uintmax_t>(width) * 3;
    if (fs::file_size(path, missing) != static_cast<std::uintmax_t>(file.tellg()) + bytes || missing)
        return std::nullopt;
    NpyPicture picture{cv::Mat(height, width, CV_8UC3), header.substr(origin + mark.size())};
    if (!file.read(picture.pixels.ptr<char>(), static_cast<std::streamsize>(bytes))) return std::nullopt;
    return picture;
}

CachedPicture read_through_disk_cache(const fs::path& path) {
    const fs::path cached = disk_cache_of(path);
    const std::string origin = origin_of(path);
    if (auto kept = read_npy(cached); kept && kept->origin == origin) return {std::move(kept->pixels), {}};
    cv::Mat pixels = image::read_image(path);
    return {pixels, keep(cached, {pixels, origin})};
}

}  // namespace yolo::data

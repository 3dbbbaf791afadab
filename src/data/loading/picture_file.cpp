// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_file.hpp"

#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "image/codec.hpp"

namespace yolo::data {

namespace {

/// Magic, version 1.0, two bytes for the length of the header that follows, its end on a multiple of 64.
constexpr char npy_start[] = "\x93NUMPY\x01\x00";
constexpr std::size_t npy_start_size = 8, npy_length_size = 2, npy_alignment = 64;

std::string npy_header(int height, int width) {
    std::string header =
        fmt::format("{{'descr': '|u1', 'fortran_order': False, 'shape': ({}, {}, 3), }}", height, width);
    const std::size_t before = npy_start_size + npy_length_size;
    const std::size_t whole = (before + header.size() + npy_alignment) / npy_alignment * npy_alignment;
    header.resize(whole - before - 1, ' ');
    return header + '\n';
}

bool is_older(const std::filesystem::path& path, const std::filesystem::path& than) {
    std::error_code missing, unknown;
    const auto time = std::filesystem::last_write_time(path, missing);
    const auto other = std::filesystem::last_write_time(than, unknown);
    return missing || unknown || time < other;
}

}  // namespace

void write_npy(const std::filesystem::path& path, const cv::Mat& picture) {
    const std::string header = npy_header(picture.rows, picture.cols);
    std::string bytes(npy_start, npy_start_size);
    bytes += static_cast<char>(header.size() & 0xff);
    bytes += static_cast<char>(header.size() >> 8);
    bytes += header;
    const std::size_t row = static_cast<std::size_t>(picture.cols) * 3;
    bytes.reserve(bytes.size() + row * static_cast<std::size_t>(picture.rows));
    for (int y = 0; y < picture.rows; ++y) bytes.append(picture.ptr<char>(y), row);
    write_file(path, std::as_bytes(std::span(bytes)), Durability::unsynced);
}

std::optional<cv::Mat> read_npy(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    if (bytes.size() < npy_start_size + npy_length_size ||
        std::memcmp(text, npy_start, npy_start_size) != 0) {
        return std::nullopt;
    }
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(bytes[i]); };
    const std::size_t header_size = byte(npy_start_size) | byte(npy_start_size + 1) << 8;
    const std::size_t start = npy_start_size + npy_length_size + header_size;
    if (bytes.size() < start) return std::nullopt;
    const std::string header(text + start - header_size, header_size);
    int height = 0, width = 0;
    const auto shape = header.find("'shape': (");
    if (shape == std::string::npos || header.find("'|u1'") == std::string::npos ||
        header.find("'fortran_order': False") == std::string::npos ||
        std::sscanf(header.c_str() + shape, "'shape': (%d, %d, 3)", &height, &width) != 2 || height < 1 ||
        width < 1 ||
        bytes.size() !=
            start + std::size_t{3} * static_cast<std::size_t>(height) * static_cast<std::size_t>(width)) {
        return std::nullopt;
    }
    cv::Mat picture(height, width, CV_8UC3);
    std::memcpy(picture.data, text + start, bytes.size() - start);
    return picture;
}

cv::Mat read_through_disk_cache(const std::filesystem::path& path) {
    std::filesystem::path cached = path;
    cached += ".npy";
    if (std::filesystem::is_regular_file(cached) && !is_older(cached, path)) {
        if (auto picture = read_npy(cached)) return *picture;
    }
    cv::Mat picture = image::read_image(path);
    try {
        write_npy(cached, picture);
    } catch (const Error&) {  // read-only folder, full disk: the picture itself is at hand
    }
    return picture;
}

}  // namespace yolo::data

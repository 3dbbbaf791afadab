// SPDX-License-Identifier: Apache-2.0
#include "sources/media_suffixes.hpp"

#include <algorithm>
#include <array>

#include "core/files.hpp"

namespace yolo::sources {

namespace {

constexpr std::array<std::string_view, 13> images{"avif", "bmp", "dng", "heic", "heif", "jp2", "jpeg",
                                                  "jpg",  "mpo", "png", "tif",  "tiff", "webp"};
constexpr std::array<std::string_view, 12> videos{"asf", "avi",  "gif", "m4v", "mkv",  "mov",
                                                  "mp4", "mpeg", "mpg", "ts",  "webm", "wmv"};

bool contains(std::span<const std::string_view> suffixes, const std::filesystem::path& path) {
    return std::binary_search(suffixes.begin(), suffixes.end(), std::string_view(lower_suffix(path)));
}

}  // namespace

std::span<const std::string_view> image_suffixes() {
    return images;
}
std::span<const std::string_view> video_suffixes() {
    return videos;
}

bool is_image_path(const std::filesystem::path& path) {
    return contains(images, path);
}
bool is_video_path(const std::filesystem::path& path) {
    return contains(videos, path);
}

}  // namespace yolo::sources

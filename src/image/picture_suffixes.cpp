// SPDX-License-Identifier: Apache-2.0
#include "image/picture_suffixes.hpp"

#include <algorithm>
#include <array>

#include "core/files.hpp"

namespace yolo::image {

namespace {

constexpr std::array<std::string_view, 13> known_suffixes{"avif", "bmp", "dng", "heic", "heif", "jp2", "jpeg",
                                                          "jpg",  "mpo", "png", "tif",  "tiff", "webp"};

}  // namespace

std::span<const std::string_view> picture_suffixes() {
    return known_suffixes;
}

bool is_picture_path(const std::filesystem::path& path) {
    return std::binary_search(known_suffixes.begin(), known_suffixes.end(),
                              std::string_view(lower_suffix(path)));
}

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#include "sources/video_suffixes.hpp"

#include <algorithm>
#include <array>

#include "core/files.hpp"

namespace yolo::sources {

namespace {

constexpr std::array<std::string_view, 12> videos{"asf", "avi",  "gif", "m4v", "mkv",  "mov",
                                                  "mp4", "mpeg", "mpg", "ts",  "webm", "wmv"};

}  // namespace

std::span<const std::string_view> video_suffixes() {
    return videos;
}

bool is_video_path(const std::filesystem::path& path) {
    return std::binary_search(videos.begin(), videos.end(), std::string_view(lower_suffix(path)));
}

}  // namespace yolo::sources

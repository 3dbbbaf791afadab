// SPDX-License-Identifier: Apache-2.0
#include "sources/video_suffixes.hpp"

#include <algorithm>
#include <array>

#include "core/files.hpp"

namespace yolo::sources {

namespace {

constexpr std::array<std::string_view, 12> videos{"asf", "avi",  "gif", "m4v", "mkv",  "mov",
                                                  "mp4", "mpeg", "mpg", "ts",  "webm", "wmv"};

constexpr std::array<std::string_view, 25> other_videos{
    "264", "265", "3g2",  "3gp", "av1",   "dav",  "divx", "dv",  "f4v", "flv", "h264", "h265", "hevc",
    "ivf", "m1v", "m2ts", "m2v", "mjpeg", "mjpg", "mts",  "mxf", "nut", "ogv", "vob",  "y4m"};

bool has_suffix_of(std::span<const std::string_view> suffixes, const std::filesystem::path& path) {
    return std::ranges::binary_search(suffixes, std::string_view(lower_suffix(path)));
}

}  // namespace

std::span<const std::string_view> other_video_suffixes() {
    return other_videos;
}

std::span<const std::string_view> video_suffixes() {
    return videos;
}

bool is_video_path(const std::filesystem::path& path) {
    return has_suffix_of(videos, path);
}

bool is_other_video_path(const std::filesystem::path& path) {
    return has_suffix_of(other_videos, path);
}

}  // namespace yolo::sources

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

namespace yolo::sources {

/// Suffixes of pictures and videos, lower case without the dot, sorted.
std::span<const std::string_view> image_suffixes();
std::span<const std::string_view> video_suffixes();

bool is_image_path(const std::filesystem::path& path);  ///< by suffix, in any case of letters
bool is_video_path(const std::filesystem::path& path);

}  // namespace yolo::sources

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

namespace yolo::sources {

/// Suffixes of videos, lower case without the dot, sorted; image/picture_suffixes.hpp has those of pictures.
std::span<const std::string_view> video_suffixes();

/// Of videos too, but folders and patterns do not take them. As above.
std::span<const std::string_view> other_video_suffixes();

bool is_video_path(const std::filesystem::path& path);  ///< by suffix, in any case of letters
bool is_other_video_path(const std::filesystem::path& path);

}  // namespace yolo::sources

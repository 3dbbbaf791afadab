// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

namespace yolo::image {

/// Suffixes of pictures, lower case without the dot, sorted.
std::span<const std::string_view> picture_suffixes();

bool is_picture_path(const std::filesystem::path& path);  ///< by suffix, in any case of letters

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::image {

/// Larger pictures are refused before memory is taken for them: a few bytes can claim any size.
inline constexpr std::int64_t max_pixels = 178'956'970;

inline void check_pixel_count(std::int64_t height, std::int64_t width) {
    if (height > 0 && width > 0 && height <= max_pixels / width) return;
    throw Error(fmt::format("its size of {}x{} is outside of 1 to {} pixels", width, height, max_pixels));
}

}  // namespace yolo::image

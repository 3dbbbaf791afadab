// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/simd.hpp"

namespace yolo::kernels {

/// Pixels from BGR (or any channels, reversed) bytes to shares of 255.
void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels, float* rgb);
void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels, Bf16* rgb);

}  // namespace yolo::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace yolo::kernels {

/// What a convolution does with its sums on their way out.
enum class Activation : std::uint8_t { none, silu, relu };

}  // namespace yolo::kernels

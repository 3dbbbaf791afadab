// SPDX-License-Identifier: Apache-2.0
/// \file What is compiled once for each set of instructions.
#pragma once

#include <cstdint>

#include "kernels/winograd.hpp"

namespace yolo::kernels {

struct WinogradKernels {
    int lanes;  ///< floats of a register; weights lie in panels of two
    void (*convolve)(const WinogradTiles& tiles, std::int64_t block, const float* x, const float* weights,
                     const WinogradOutput& output, float* y, float* scratch);
    void (*add_gradient)(const WinogradTiles& tiles, std::int64_t block, const float* x, const float* dy,
                         float* sums, float* scratch);
};

/// Null where the compiler has none of them.
const WinogradKernels* winograd_avx2();
const WinogradKernels* winograd_avx512();

}  // namespace yolo::kernels

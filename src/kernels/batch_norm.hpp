// SPDX-License-Identifier: Apache-2.0
/// \file Batch normalisation followed by SiLU over a (rows, channels) matrix, channels innermost: the inner
/// loops, for the machine's widest vectors. One call works on a few rows that fit the cache.
#pragma once

#include <cstdint>

#include "core/simd.hpp"

namespace yolo::kernels {

/// Rows of a matrix; `stride` elements from one row to the next.
template <class T>
struct Rows {
    T* first;
    std::int64_t count, stride;
};

// With xhat = (x - mean) / deviation, z = gamma xhat + beta = scale x + offset, y = z sigmoid(z).
// The per-channel arrays have `channels` elements; sums are added to.

/// sum += x - shift, square_sum += (x - shift)^2
void add_moments(Rows<const float> x, std::int64_t channels, const float* shift, float* sum,
                 float* square_sum);
void add_moments(Rows<const Bf16> x, std::int64_t channels, const float* shift, float* sum,
                 float* square_sum);

/// y = silu(scale x + offset)
void scale_silu(Rows<const float> x, std::int64_t channels, const float* scale, const float* offset,
                Rows<float> y);
void scale_silu(Rows<const Bf16> x, std::int64_t channels, const float* scale, const float* offset,
                Rows<Bf16> y);

/// dz = dy silu'(z); sum += dz, product_sum += dz (x - shift)
void add_gradient_sums(Rows<const float> x, Rows<const float> dy, std::int64_t channels, const float* scale,
                       const float* offset, const float* shift, float* sum, float* product_sum);
void add_gradient_sums(Rows<const Bf16> x, Rows<const Bf16> dy, std::int64_t channels, const float* scale,
                       const float* offset, const float* shift, float* sum, float* product_sum);

/// dx = scale dz + slope x + constant
void input_gradient(Rows<const float> x, Rows<const float> dy, std::int64_t channels, const float* scale,
                    const float* offset, const float* slope, const float* constant, Rows<float> dx);
void input_gradient(Rows<const Bf16> x, Rows<const Bf16> dy, std::int64_t channels, const float* scale,
                    const float* offset, const float* slope, const float* constant, Rows<Bf16> dx);

}  // namespace yolo::kernels

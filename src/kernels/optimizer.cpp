// SPDX-License-Identifier: Apache-2.0
#include "kernels/optimizer.hpp"

#include <array>
#include <cmath>

#include "core/simd.hpp"

namespace yolo::kernels {

YOLO_MULTIVERSION
void sgd_loop(float* __restrict p, const float* __restrict g, float* __restrict buffer, std::int64_t count,
              const SgdNumbers& numbers) {
    const SgdNumbers n = numbers;
    for (std::int64_t i = 0; i < count; ++i) {
        const float gradient = g[i] * n.factor + n.decay * p[i];
        const float moved = n.momentum * buffer[i] + gradient;
        buffer[i] = moved;
        p[i] -= n.lr * (gradient + n.momentum * moved);
    }
}

YOLO_MULTIVERSION
void adam_loop(float* __restrict p, const float* __restrict g, float* __restrict mean,
               float* __restrict square, std::int64_t count, const AdamNumbers& numbers) {
    const AdamNumbers n = numbers;
    for (std::int64_t i = 0; i < count; ++i) {
        const float gradient = g[i] * n.factor + n.decay * p[i];
        const float m = mean[i] + (gradient - mean[i]) * (1 - n.beta1);
        const float v = n.beta2 * square[i] + (1 - n.beta2) * gradient * gradient;
        mean[i] = m;
        square[i] = v;
        p[i] = p[i] * n.shrink - n.step_size * m / (std::sqrt(v) / n.root_correction + n.eps);
    }
}

YOLO_MULTIVERSION
void average_loop(float* __restrict average, const float* __restrict value, std::int64_t count, float decay) {
    const float rest = 1 - decay;
    for (std::int64_t i = 0; i < count; ++i) average[i] = average[i] * decay + rest * value[i];
}

YOLO_MULTIVERSION
double sum_of_squares(const float* __restrict values, std::int64_t count) {
    constexpr std::int64_t lanes = 16;
    std::array<double, lanes> sums{};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::int64_t j = 0; j < lanes; ++j) {
            const double value = values[i + j];
            sums[static_cast<std::size_t>(j)] += value * value;
        }
    }
    double sum = 0;
    for (const double part : sums) sum += part;
    for (; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
    return sum;
}

}  // namespace yolo::kernels

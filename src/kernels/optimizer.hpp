// SPDX-License-Identifier: Apache-2.0
/// \file The passes over parameters that a step of training consists of: one read and one write of each
/// number.
#pragma once

#include <cstdint>

namespace yolo::kernels {

/// g' = factor g + decay p;  buffer = momentum buffer + g';  p -= lr (g' + momentum buffer)   (Nesterov 1983)
struct SgdNumbers {
    float lr = 0, momentum = 0, decay = 0, factor = 1;
};
void sgd_loop(float* p, const float* g, float* buffer, std::int64_t count, const SgdNumbers& numbers);

/// Kingma, Ba: Adam (2015), algorithm 1; with `shrink` below 1 Loshchilov, Hutter: Decoupled Weight Decay
/// (2019).
struct AdamNumbers {
    float step_size = 0;        ///< lr / (1 - beta1^t)
    float root_correction = 1;  ///< sqrt(1 - beta2^t)
    float beta1 = 0.9F, beta2 = 0.999F, eps = 1e-8F;
    float shrink = 1;  ///< of p before the step: 1 - lr decay for AdamW
    float decay = 0;   ///< added to the gradient: Adam
    float factor = 1;  ///< of the gradient
};
void adam_loop(float* p, const float* g, float* mean, float* square, std::int64_t count,
               const AdamNumbers& numbers);

/// average = decay average + (1 - decay) value
void average_loop(float* average, const float* value, std::int64_t count, float decay);

double sum_of_squares(const float* values, std::int64_t count);

}  // namespace yolo::kernels

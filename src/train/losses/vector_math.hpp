// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/simd.hpp"

namespace yolo::train {

/// What binary cross-entropy of a logit x needs: BCE(x, t) = softplus - x t, its slope probability - t.
struct Logistic {
    float probability;  ///< 1 / (1 + e^-x)
    float softplus;     ///< ln(1 + e^x)
};

YOLO_INLINE Logistic logistic(float x) {
    const float e = fast_exp(x < 0 ? x : -x);
    const float reciprocal = 1.0f / (1.0f + e);
    // ln(1 + e) = 2 artanh(s): exact also for small e, and s <= 1/3, so that eight terms do.
    const float s = e / (2.0f + e), z = s * s;
    float series = 1.0f / 15;
    series = series * z + 1.0f / 13;
    series = series * z + 1.0f / 11;
    series = series * z + 1.0f / 9;
    series = series * z + 1.0f / 7;
    series = series * z + 1.0f / 5;
    series = series * z + 1.0f / 3;
    series = series * z + 1.0f;
    return {x < 0 ? e * reciprocal : reciprocal, (x > 0 ? x : 0.0f) + 2.0f * s * series};
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace yolo::metrics {

/// As summaries have numbers: with 5 decimals.
inline double summary_number(double value) {
    return std::nearbyint(value * 1e5) / 1e5;
}

}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>

namespace yolo {

/// The largest float that is not above the threshold: for a float x, x > limit is the same as x > threshold.
inline float float_limit(double threshold) {
    const auto nearest = static_cast<float>(threshold);
    return nearest > threshold ? std::nextafter(nearest, -std::numeric_limits<float>::infinity()) : nearest;
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "graph/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::graph {

int Scaling::channels(int base) const {
    const int capped = max_channels ? std::min(base, *max_channels) : base;
    return static_cast<int>(std::ceil(capped * width / 8)) * 8;
}

int Scaling::repeats(int base) const {
    if (base <= 1) return base;
    return std::max(static_cast<int>(std::nearbyint(base * depth)), 1);
}

}  // namespace yolo::graph

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace yolo::graph {

/// What a scale letter stands for: how deep and wide the network becomes.
struct Scaling {
    double depth = 1, width = 1;
    std::optional<int> max_channels;  ///< of the unscaled widths

    int channels(int base) const;  ///< multiple of 8, rounded up
    int repeats(int base) const;   ///< at least 1, rounded half to even
};

}  // namespace yolo::graph

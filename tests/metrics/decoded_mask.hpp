// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "metrics/run_length.hpp"

namespace yolo::test {

/// The pixels of a coded mask, the plain way.
inline Mask decoded_mask(const metrics::RunLength& runs) {
    Mask mask{runs.height, runs.width, {}};
    const auto height = static_cast<std::size_t>(runs.height), width = static_cast<std::size_t>(runs.width);
    mask.data.resize(height * width);
    std::size_t pixel = 0;
    bool set = false;
    for (const std::uint32_t count : runs.counts) {
        const std::size_t end = std::min(pixel + count, mask.data.size());
        for (; pixel < end; ++pixel) mask.data[pixel % height * width + pixel / height] = set ? 1 : 0;
        set = !set;
    }
    return mask;
}

}  // namespace yolo::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Elements from pixel to pixel of maps (N, C, H, W) when the whole batch is one matrix (pixels, channels)
/// with dense channels, as a channels_last map or a slice of its channels is; else 0.
inline std::int64_t pixel_step(const at::Tensor& x) {
    const std::int64_t step = x.size(3) > 1 ? x.stride(3) : x.size(2) > 1 ? x.stride(2) : x.stride(0);
    const bool one_matrix = x.stride(1) == 1 && step >= x.size(1) &&
                            (x.size(2) == 1 || x.stride(2) == step * x.size(3)) &&
                            (x.size(0) == 1 || x.stride(0) == step * x.size(2) * x.size(3));
    return one_matrix ? step : 0;
}

}  // namespace yolo::train

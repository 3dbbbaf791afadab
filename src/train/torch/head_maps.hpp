// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// What the network gives before decoding, in the network's precision (the losses read it as float32).
struct HeadMaps {
    std::vector<at::Tensor> box;    ///< by level (N, 4 reg_max, h, w), channels_last
    std::vector<at::Tensor> cls;    ///< by level (N, nc, h, w) logits
    std::vector<at::Tensor> extra;  ///< by level (N, extra channels, h, w), or none
    at::Tensor proto;               ///< segment: (N, 32, H / 4, W / 4)
    at::Tensor logits;              ///< classify: (N, nc), and nothing else
};

}  // namespace yolo::train

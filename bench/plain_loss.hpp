// SPDX-License-Identifier: Apache-2.0
/// \file The other side: the losses of detection as they are commonly written, with tensors of (pictures,
/// objects, anchors) and (pictures, anchors, classes) for every intermediate value. Equations: Feng et al.
/// 2021 (arXiv:2108.07755, assignment), Zheng et al. 2020 (arXiv:1911.08287, CIoU), Li et al. 2020
/// (arXiv:2006.04388, DFL).
#pragma once

#include <vector>

#include "data/batch.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::bench {

/// The scalar to differentiate: sum of the items times the number of pictures. Gains 7.5 box, 0.5
/// classes, 1.5 distances; strides 8, 16, 32; 16 bins.
at::Tensor plain_detection_loss(const train::HeadMaps& maps, const data::Batch& batch, Size input);

}  // namespace yolo::bench

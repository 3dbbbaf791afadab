// SPDX-License-Identifier: Apache-2.0
/// \file The detection losses as tensor algebra, with every (pictures, boxes, anchors) and (pictures,
/// anchors, classes) array written out. Equations: Feng et al. 2021 (arXiv:2108.07755, assignment), Zheng et
/// al. 2020 (arXiv:1911.08287, CIoU), Li et al. 2020 (arXiv:2006.04388, DFL).
#pragma once

#include "data/batch.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::bench {

/// Sum of gain * item, times the number of pictures, with the default gains.
at::Tensor plain_detection_loss(const train::HeadMaps& maps, const data::Batch& batch);

}  // namespace yolo::bench

// SPDX-License-Identifier: Apache-2.0
/// \file The other side: the losses of detection as they are commonly written, with tensors of (pictures,
/// objects, anchors) and (pictures, anchors, classes) for every intermediate value.
#pragma once

#include <vector>

#include "data/batch.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::bench {

/// The scalar to differentiate, gains 7.5 box, 0.5 classes, 1.5 distances; strides 8, 16, 32; 16 bins.
at::Tensor plain_detection_loss(const train::HeadMaps& maps, const data::Batch& batch, Size input);

}  // namespace yolo::bench

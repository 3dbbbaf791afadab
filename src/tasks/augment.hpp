// SPDX-License-Identifier: Apache-2.0
/// \file Test-time augmentation of detection: the picture in three scales, the second one mirrored; their raw
/// outputs become one.
#pragma once

#include <vector>

#include <yolo/image.hpp>

#include "core/tensor.hpp"

namespace yolo::tasks {

/// (N, H, W, C) uint8 BGR or grey to (N, C, H, W) float32 RGB or grey in 0..1.
Tensor to_float_rgb(const Tensor& images);

/// (N, C, H, W) float32 in 0..1 in the scales 1, 0.83 and 0.67; sides raised to a multiple of the stride,
/// filled with 0.447 at the right and the bottom.
std::vector<Tensor> augmented_inputs(const Tensor& images, int stride);

/// The raw outputs (N, 4 + nc, A_i) of augmented_inputs(), boxes moved back to pixels of the first input, of
/// size `input`: (N, 4 + nc, A). Of the first output the anchors of the coarsest level are left out, of the
/// last one those of the finest; `levels` is the number of levels of the head.
Tensor merge_augmented(const std::vector<Tensor>& outputs, Size input, int levels = 3);

}  // namespace yolo::tasks

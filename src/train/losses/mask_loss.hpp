// SPDX-License-Identifier: Apache-2.0
/// \file Loss of the masks that prototypes and an anchor's coefficients make (Bolya et al., YOLACT,
/// arXiv:1904.02689), over the pixels of the object's box alone.
#pragma once

#include <array>
#include <vector>

#include "core/tensor.hpp"

namespace yolo::train {

/// Prototypes of one picture at the size of the masks: (height, width, channels) float32.
struct PrototypeView {
    const float* data = nullptr;
    float* gradient = nullptr;  ///< added to; or not wanted
    int height = 0, width = 0, channels = 0;
};

/// The true mask of one object among those of a batch.
struct MaskView {
    const Tensor* masks = nullptr;
    std::size_t plane = 0;  ///< of `masks`
    int value = 1;          ///< of the object's pixels

    bool at(std::size_t pixel) const;
};

/// Sum of the binary cross-entropy over the pixels inside `box` (corners in mask pixels: x1 <= column < x2),
/// divided by the number of pixels of the whole mask and by `area`, the box's share of it. Adds the gradients
/// times `scale`.
float mask_loss(const float* coefficients, const MaskView& mask, const std::array<float, 4>& box, float area,
                float scale, const PrototypeView& prototypes, float* coefficient_gradient);

}  // namespace yolo::train

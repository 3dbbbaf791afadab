// SPDX-License-Identifier: Apache-2.0
/// \file Instance masks from prototypes and coefficients (YOLACT, Bolya et al., arXiv:1904.02689, equation
/// 1). A pixel belongs to a mask when its logit, sum over k of coefficient_k * prototype_k, is above 0 and it
/// lies in the box: x1 <= column < x2, y1 <= row < y2. Only the pixels of the box are computed.
#pragma once

#include <span>

#include <yolo/result.hpp>

#include "image/bilinear.hpp"
#include "image/box_forms.hpp"

namespace yolo::image {

/// (channels, height, width) logits before weighting.
struct Prototypes {
    std::span<const float> values;
    int channels = 0, height = 0, width = 0;
};

/// At the size of the network input; the box in input pixels.
Mask network_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                  Size network);

/// At the size of the prototypes; the box in input pixels.
Mask prototype_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                    Size network);

/// How a plane that covers the network input is cut and resized to the picture. It is resized from a multiple
/// of its own size that lets the letterbox's margins fall on whole pixels.
struct PictureView {
    Size picture;
    Size plane;      ///< multiplied by `factor`
    int factor = 1;  ///< 1, 2 or 4
    int top = 0, left = 0;
    Size cut;  ///< of the plane without margins
};

/// `factor` 0: the smallest of 1, 2, 4 at which the margins of `network` (4 times the plane) are whole.
/// `padded` false: margins at the bottom and right only.
PictureView picture_view(Size plane, Size network, Size picture, int factor = 0, bool padded = true);

/// At the size of the picture; the box in picture pixels.
Mask picture_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                  const PictureView& view);

/// A whole plane (view.plane / view.factor) without its margins, resized to the picture.
PlaneWindow to_picture(const PlaneWindow& plane, const PictureView& view);

/// The logits of rows y0 .. y1 - 1 and columns x0 .. x1 - 1.
PlaneWindow mask_logits(const Prototypes& prototypes, std::span<const float> coefficients, int y0, int x0,
                        int y1, int x1);

/// No pixel is set.
bool is_empty(const Mask& mask);

}  // namespace yolo::image

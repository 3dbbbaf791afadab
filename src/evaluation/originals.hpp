// SPDX-License-Identifier: Apache-2.0
/// \file From pixels of the network input back to those of the original picture.
#pragma once

#include <yolo/result.hpp>

#include "data/dataset.hpp"
#include "evaluation/validator.hpp"
#include "image/scale_boxes.hpp"

namespace yolo::evaluation {

/// Where a picture of a batch lies in it.
image::BackScale back_scale_of(const data::BatchPicture& picture);

/// A mask at the size of the network input in the original picture. `box` in network pixels: outside of it
/// the mask is empty.
Mask original_mask(const Mask& mask, const image::Box4& box, const data::BatchPicture& picture);

/// The mask of detection i at the size of the network input.
Mask found_mask(const SeenPicture& seen, std::size_t i);

/// What was found, in pixels of the original picture; masks have its size. `masks` false: none are made.
Result original_result(const SeenPicture& seen, const ModelInfo& info, const std::string& path, bool masks);

}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
/// \file Pictures of a batch with their objects drawn on them.
#pragma once

#include <span>

#include "data/dataset.hpp"
#include "evaluation/validator.hpp"
#include "plots/picture_grid.hpp"

namespace yolo::evaluation {

/// A picture of the batch as it goes into the network, (h, w, 3) uint8 BGR: where it is not grey a view, not
/// to be changed.
cv::Mat network_picture(const data::Batch& batch, int index);

/// Which objects of a picture are shown, and how their confidence is written behind their class.
enum class Confidence { hidden, found, certain };

/// Labels `chosen` of a picture, or detections; `plot` says which parts of their texts are shown. Views: to
/// be drawn before `seen` is gone.
plots::GridPicture label_picture(const SeenPicture& seen, const ModelInfo& info, const data::Dataset& dataset,
                                 std::span<const std::size_t> chosen, Confidence confidence,
                                 const PlotOptions& plot);
plots::GridPicture found_picture(const SeenPicture& seen, const ModelInfo& info, const data::Dataset& dataset,
                                 std::span<const std::size_t> chosen, const PlotOptions& plot);

/// 0 .. count - 1.
std::vector<std::size_t> all_of(std::size_t count);

}  // namespace yolo::evaluation

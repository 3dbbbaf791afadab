// SPDX-License-Identifier: Apache-2.0
/// \file The figures that a training draws of its data.
#pragma once

#include <filesystem>

#include <yolo/result.hpp>

#include "core/run_files.hpp"
#include "data/batch.hpp"
#include "data/dataset.hpp"

namespace yolo::modes {

/// labels.jpg.
void draw_labels(const data::Dataset& dataset, const ModelInfo& info, RunFiles& files);

/// The first pictures of a batch as the network sees them, with class numbers. `overlapping`: the form of
/// its masks.
void draw_train_batch(const data::Batch& batch, const data::Dataset& dataset, const ModelInfo& info,
                      bool overlapping, const PlotOptions& plot, const std::filesystem::path& file);

}  // namespace yolo::modes

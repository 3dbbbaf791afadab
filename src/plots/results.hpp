// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/run_files.hpp"

namespace yolo::plots {

/// Writes FOLDER/results.png: losses and metrics over the epochs, from every results*.csv of the folder.
/// Throws Error when there is none.
void draw_results(RunFiles& files);

/// A Gaussian filter of sigma 3 and radius 12, the ends mirrored; what is not a number is
/// left out.
std::vector<double> gauss_smoothed(std::span<const double> values);

}  // namespace yolo::plots

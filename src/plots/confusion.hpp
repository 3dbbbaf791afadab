// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "core/run_files.hpp"
#include "metrics/confusion_matrix.hpp"

namespace yolo::plots {

/// Writes FOLDER/confusion_matrix.png and FOLDER/confusion_matrix_normalized.png.
void draw_confusion_matrix(const metrics::ConfusionMatrix& matrix, std::span<const std::string> names,
                           RunFiles& files);

}  // namespace yolo::plots

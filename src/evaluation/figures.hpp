// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/model_info.hpp>

#include "core/run_files.hpp"
#include "evaluation/result.hpp"

namespace yolo::evaluation {

/// Curves and confusion matrices of a validation, as PNG files in its run folder.
void draw_val_figures(const ValResult& result, const ModelInfo& info, RunFiles& files);

}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/model_info.hpp>

#include "core/run_files.hpp"
#include "modes/validation/result.hpp"

namespace yolo::modes {

/// Curves and confusion matrices of a validation, as PNG files in its run folder.
void draw_val_figures(const ValResult& result, const ModelInfo& info, RunFiles& files);

}  // namespace yolo::modes

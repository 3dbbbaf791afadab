// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <yolo/model_info.hpp>

#include "modes/validation/result.hpp"

namespace yolo::modes {

/// Curves and confusion matrices of a validation, as PNG files in its run folder.
void draw_val_figures(const ValResult& result, const ModelInfo& info, const std::filesystem::path& folder);

}  // namespace yolo::modes

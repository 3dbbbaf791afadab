// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "core/run_files.hpp"
#include "metrics/average_precision.hpp"

namespace yolo::plots {

/// Writes FOLDER/{prefix}PR_curve.png, {prefix}F1_curve.png, {prefix}P_curve.png and {prefix}R_curve.png.
/// `prefix` is "Box", "Mask" or "Pose". Nothing is drawn when no class has objects.
void draw_curves(const metrics::PrecisionTable& table, std::span<const std::string> names, RunFiles& files,
                 const std::string& prefix);

}  // namespace yolo::plots

// SPDX-License-Identifier: Apache-2.0
#include "evaluation/figures.hpp"

#include "plots/confusion.hpp"
#include "plots/curves.hpp"

namespace yolo::evaluation {

void draw_val_figures(const ValResult& result, const ModelInfo& info, RunFiles& files) {
    const std::vector<std::string>& names = *info.names;
    if (result.confusion) plots::draw_confusion_matrix(*result.confusion, names, files);
    if (!result.detection) return;
    plots::draw_curves(result.detection->boxes(), names, files, "Box");
    if (!result.detection->has_second()) return;
    plots::draw_curves(result.detection->second(), names, files,
                       info.task == Task::segment ? "Mask" : "Pose");
}

}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
#include "train/learner.hpp"

#include <fmt/core.h>

#include "core/plugin.hpp"

namespace yolo::train {

const char* to_string(Precision precision) {
    switch (precision) {
        case Precision::bf16:
            return "bf16";
        case Precision::fp16:
            return "fp16";
        default:
            return "fp32";
    }
}

Precision parse_precision(std::string_view name) {
    for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
        if (name == to_string(precision)) return precision;
    }
    throw Error(fmt::format("'{}' is no precision: there are fp32, bf16 and fp16", name));
}

std::vector<std::string> loss_names(Task task) {
    switch (task) {
        case Task::segment:
            return {"box_loss", "seg_loss", "cls_loss", "dfl_loss", "sem_loss"};
        case Task::pose:
            return {"box_loss", "pose_loss", "kobj_loss", "cls_loss", "dfl_loss"};
        case Task::obb:
            return {"box_loss", "cls_loss", "dfl_loss", "angle_loss"};
        case Task::classify:
            return {"loss"};
        default:
            return {"box_loss", "cls_loss", "dfl_loss"};
    }
}

std::unique_ptr<Learner> make_learner(const checkpoint::Checkpoint& model, const LearnerOptions& options) {
    auto* make = reinterpret_cast<MakeLearner*>(
        plugin_symbol("yolo_torch", make_learner_name, "training", SymbolLookup::plugin_first));
    return std::unique_ptr<Learner>(make(model, options));
}

}  // namespace yolo::train

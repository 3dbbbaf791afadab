// SPDX-License-Identifier: Apache-2.0
#include "train/learner.hpp"

#include "core/plugin.hpp"

namespace yolo::train {

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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/model_info.hpp>

namespace yolo::train {

/// The number that decides which epoch is the best. `first`, `second`: mAP50-95 of boxes and of masks or
/// keypoints; classify: top-1 and top-5 accuracy.
constexpr double fitness(Task task, double first, double second = 0) {
    switch (task) {
        case Task::segment:
        case Task::pose:
            return first + second;
        case Task::classify:
            return (first + second) / 2;
        default:
            return first;
    }
}

}  // namespace yolo::train

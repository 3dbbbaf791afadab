// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/model_info.hpp>

namespace yolo::evaluation {

/// The figure that a model of a task is known by: "metrics/mAP50-95(B)"; of masks and keypoints theirs.
const char* main_metric(Task task);

}  // namespace yolo::evaluation

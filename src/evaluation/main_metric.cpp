// SPDX-License-Identifier: Apache-2.0
#include "evaluation/main_metric.hpp"

namespace yolo::evaluation {

const char* main_metric(Task task) {
    switch (task) {
        case Task::detect:
        case Task::obb:
            return "metrics/mAP50-95(B)";
        case Task::segment:
            return "metrics/mAP50-95(M)";
        case Task::pose:
            return "metrics/mAP50-95(P)";
        case Task::classify:
            return "metrics/accuracy_top1";
    }
    return "";
}

}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/coco_data.hpp"

namespace yolo::metrics {

/// COCO's figures; -1 where nothing was asked for (no object of that size).
struct CocoScores {
    double ap = -1, ap50 = -1, ap75 = -1;
    double ap_small = -1, ap_medium = -1, ap_large = -1;
    /// Boxes and masks: with at most 1, 10, 100 detections per picture and class.
    double ar1 = -1, ar10 = -1, ar100 = -1;
    /// Keypoints: with at most 20; at overlaps .5 and .75.
    double ar = -1, ar50 = -1, ar75 = -1;
    double ar_small = -1, ar_medium = -1, ar_large = -1;

    /// Those that `kind` has, under COCO's names: AP, AP50, ..., ARl.
    std::vector<std::pair<std::string, double>> named(CocoKind kind) const;
};

/// Exactly as pycocotools evaluates. `sigmas`: of the keypoints, COCO's 17 when empty. `threads` 0: as many
/// as there are processors.
CocoScores evaluate_coco(const CocoTruth& truth, const CocoDetections& detections, CocoKind kind,
                         int threads = 0, std::vector<double> sigmas = {});

}  // namespace yolo::metrics

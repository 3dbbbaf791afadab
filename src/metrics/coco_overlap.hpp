// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "metrics/coco_data.hpp"

namespace yolo::metrics {

/// How much the detections of one picture and class overlap its objects, as COCO says: by box, mask or
/// keypoints.
class CocoOverlap {
  public:
    /// Refers to `truth` and `detections`.
    CocoOverlap(const CocoTruth& truth, const CocoDetections& detections, CocoKind kind,
                std::vector<double> sigmas);

    double operator()(std::size_t object, std::size_t detection) const;

  private:
    double of_masks(std::size_t object, std::size_t detection) const;
    double of_keypoints(std::size_t object, std::size_t detection) const;

    const CocoTruth& truth_;
    const CocoDetections& detections_;
    CocoKind kind_;
    std::vector<double> variances_;                            ///< (2 sigma)^2 of each keypoint
    std::vector<CocoBox> object_extents_, detection_extents_;  ///< masks
};

}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

namespace yolo {

/// How far people's labels of a keypoint scatter, for each of COCO's 17 keypoints, as a share of the square
/// root of the object's area (cocodataset.org, "keypoint evaluation").
constexpr std::array<double, 17> coco_keypoint_sigmas = {.026, .025, .025, .035, .035, .079, .079, .072, .072,
                                                         .062, .062, .107, .107, .087, .087, .089, .089};

/// One for each of `points` keypoints of `values` numbers: COCO's where there are as many, else 1 / points.
std::vector<float> keypoint_sigmas(int points, int values);

}  // namespace yolo

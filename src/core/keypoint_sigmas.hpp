// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

namespace yolo {

/// How far people's labels of a keypoint scatter, for each of COCO's 17 keypoints, as a share of the square
/// root of the object's area (cocodataset.org, "keypoint evaluation").
constexpr std::array<double, 17> coco_keypoint_sigmas = {.026, .025, .025, .035, .035, .079, .079, .072, .072,
                                                         .062, .062, .107, .107, .087, .087, .089, .089};

/// One for each of the K keypoints of {K, numbers of each}: those that are `given` (a data set's), else
/// COCO's 17 for {17, 3}, else 1 / K. Throws Error when it is given another number of them.
std::vector<float> keypoint_sigmas(std::array<int, 2> kpt_shape, const std::vector<float>& given = {});

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "core/keypoint_sigmas.hpp"

namespace yolo {

std::vector<float> keypoint_sigmas(int points, int values) {
    if (points == static_cast<int>(coco_keypoint_sigmas.size()) && values == 3)
        return {coco_keypoint_sigmas.begin(), coco_keypoint_sigmas.end()};
    return std::vector<float>(static_cast<std::size_t>(points), 1.0f / static_cast<float>(points));
}

}  // namespace yolo

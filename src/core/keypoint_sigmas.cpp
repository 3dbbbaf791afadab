// SPDX-License-Identifier: Apache-2.0
#include "core/keypoint_sigmas.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

std::vector<float> keypoint_sigmas(std::array<int, 2> kpt_shape, const std::vector<float>& given) {
    const auto [points, values] = kpt_shape;
    const auto count = static_cast<std::size_t>(points);
    if (!given.empty() && given.size() != count)
        throw Error(fmt::format("kpt_oks_sigmas has {} numbers, but the network has {} keypoints",
                                given.size(), count));
    if (!given.empty()) return given;
    if (count == coco_keypoint_sigmas.size() && values == 3)
        return {coco_keypoint_sigmas.begin(), coco_keypoint_sigmas.end()};
    return std::vector<float>(count, 1.0f / static_cast<float>(points));
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "tasks/objects.hpp"

#include <utility>

#include "tasks/picture_output.hpp"
#include "tasks/task.hpp"

namespace yolo::tasks {

void place_objects(const Objects& found, const image::BackScale& scale, Result& result) {
    result.probs = found.probabilities;
    result.keypoint_values = found.keypoint_values;
    for (std::size_t i = 0; i < found.rotated.size(); ++i) {
        const auto [x, y, w, h, angle] = scale.rotated(found.rotated[i]);
        result.obb.push_back({x, y, w, h, angle, found.scores[i], found.classes[i]});
    }
    for (std::size_t i = 0; i < found.boxes.size(); ++i) {
        const auto [x1, y1, x2, y2] = scale.xyxy(found.boxes[i]);
        result.boxes.push_back({x1, y1, x2, y2, found.scores[i], found.classes[i]});
        if (!found.keypoints.empty())
            result.keypoints.push_back(keypoints_of(found.keypoints_at(i), found.keypoint_values, scale));
    }
}

Decoded TaskRoom::decode(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                         const DecodeOptions& options, Result& result) const {
    auto [usual, loose] = find(outputs, index, info, options);
    place(usual, outputs, index, options, result);
    Result loosely;
    place_objects(loose, image::back_scale(result.input_shape, result.orig_shape), loosely);
    return {std::move(usual.anchors), {.boxes = std::move(loosely.boxes), .obb = std::move(loosely.obb)}};
}

void TaskRoom::place(Objects& found, const std::vector<Tensor>&, int, const DecodeOptions&,
                     Result& result) const {
    place_objects(found, image::back_scale(result.input_shape, result.orig_shape), result);
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include <yolo/error.hpp>

#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class PoseRoom final : public LetterboxRoom {
  protected:
    Layout layout(const std::vector<Tensor>&, int, const ModelInfo& info) const override {
        const auto [points, values] = info.kpt_shape;
        if (points < 1 || (values != 2 && values != 3)) {
            throw Error("the model's kpt_shape must be a number of keypoints and 2 or 3 values for each");
        }
        return {.class_count = info.class_count(), .extra = points * values, .keypoint_values = values};
    }

    void add_more(const PictureOutput& output, const Detection& detection, Objects& found) const override {
        const std::vector<float> row = output.extras(detection);
        found.keypoints.insert(found.keypoints.end(), row.begin(), row.end());
    }
};

}  // namespace

const TaskRoom& pose_room() {
    static const PoseRoom room;
    return room;
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include <yolo/error.hpp>

#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class PoseRoom final : public LetterboxRoom {
  public:
    Objects find_objects(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                         const DecodeOptions& options) const override {
        const auto [points, values] = info.kpt_shape;
        if (points < 1 || (values != 2 && values != 3)) {
            throw Error("the model's kpt_shape must be a number of keypoints and 2 or 3 values for each");
        }
        const PictureOutput output(outputs.at(0), index, info.class_count(), points * values, options.form);
        Objects found;
        found.keypoint_values = values;
        for (const Detection& detection : output.detections(options)) {
            add_box(detection, found);
            const std::vector<float> row = output.extras(detection);
            found.keypoints.insert(found.keypoints.end(), row.begin(), row.end());
        }
        return found;
    }
};

}  // namespace

const TaskRoom& pose_room() {
    static const PoseRoom room;
    return room;
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include <yolo/error.hpp>

#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class PoseRoom final : public LetterboxRoom {
  public:
    void decode(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                const DecodeOptions& options, Result& result) const override {
        const auto [points, values] = info.kpt_shape;
        if (points < 1 || (values != 2 && values != 3)) {
            throw Error("the model's kpt_shape must be a number of keypoints and 2 or 3 values for each");
        }
        result.keypoint_values = values;
        const PictureOutput output(outputs.at(0), index, info.class_count(), points * values, options.form);
        const image::BackScale scale = scale_of(result);
        for (const Detection& detection : output.detections(options)) {
            result.boxes.push_back(box_of(detection, scale));
            result.keypoints.push_back(keypoints_of(output.extras(detection), values, scale));
        }
    }
};

}  // namespace

const TaskRoom& pose_room() {
    static const PoseRoom room;
    return room;
}

}  // namespace yolo::tasks

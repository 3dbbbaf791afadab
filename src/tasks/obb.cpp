// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class ObbRoom final : public LetterboxRoom {
  public:
    Objects find_objects(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                         const DecodeOptions& options) const override {
        const PictureOutput output(outputs.at(0), index, info.class_count(), 1, options.form);
        Objects found;
        for (const Detection& detection : output.detections(options, true)) {
            const auto [x, y, w, h] = detection.box;
            found.classes.push_back(detection.class_id);
            found.scores.push_back(detection.score);
            found.anchors.push_back(detection.anchor);
            found.rotated.push_back({x, y, w, h, output.extras(detection).at(0)});
        }
        return found;
    }
};

}  // namespace

const TaskRoom& obb_room() {
    static const ObbRoom room;
    return room;
}

}  // namespace yolo::tasks

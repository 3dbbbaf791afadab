// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class ObbRoom final : public LetterboxRoom {
  protected:
    Layout layout(const std::vector<Tensor>&, int, const ModelInfo& info) const override {
        return {.class_count = info.class_count(), .extra = 1, .rotated = true};
    }

    void add_box(const PictureOutput& output, const Detection& detection, Objects& found) const override {
        const auto [x, y, w, h] = detection.box;
        found.classes.push_back(detection.class_id);
        found.scores.push_back(detection.score);
        found.anchors.push_back(detection.anchor);
        found.rotated.push_back({x, y, w, h, output.extras(detection).at(0)});
    }
};

}  // namespace

const TaskRoom& obb_room() {
    static const ObbRoom room;
    return room;
}

}  // namespace yolo::tasks

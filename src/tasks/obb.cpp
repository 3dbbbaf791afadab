// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class ObbRoom final : public LetterboxRoom {
  public:
    void decode(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                const DecodeOptions& options, Result& result) const override {
        const image::BackScale scale = scale_of(result);
        const PictureOutput output(outputs.at(0), index, info.class_count(), 1, options.form);
        for (const Detection& detection : output.detections(options, true)) {
            const auto [x, y, w, h] = detection.box;
            const auto [cx, cy, width, height, angle] =
                scale.rotated({x, y, w, h, output.extras(detection)[0]});
            result.obb.push_back({.cx = cx,
                                  .cy = cy,
                                  .width = width,
                                  .height = height,
                                  .angle = angle,
                                  .confidence = detection.score,
                                  .class_id = detection.class_id});
        }
    }
};

}  // namespace

const TaskRoom& obb_room() {
    static const ObbRoom room;
    return room;
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class DetectRoom final : public LetterboxRoom {
  public:
    void decode(const std::vector<Tensor>& outputs, int index, const ModelInfo&, const DecodeOptions& options,
                Result& result) const override {
        const image::BackScale scale = scale_of(result);
        const PictureOutput output(outputs.at(0), index, 0, 0, options.form);
        for (const Detection& detection : output.detections(options))
            result.boxes.push_back(box_of(detection, scale));
    }
};

}  // namespace

const TaskRoom& detect_room() {
    static const DetectRoom room;
    return room;
}

}  // namespace yolo::tasks

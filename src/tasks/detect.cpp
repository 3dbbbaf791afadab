// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class DetectRoom final : public LetterboxRoom {
  public:
    Objects find_objects(const std::vector<Tensor>& outputs, int index, const ModelInfo&,
                         const DecodeOptions& options) const override {
        Objects found;
        for (const Detection& detection :
             PictureOutput(outputs.at(0), index, 0, 0, options.form).detections(options))
            add_box(detection, found);
        return found;
    }
};

}  // namespace

const TaskRoom& detect_room() {
    static const DetectRoom room;
    return room;
}

}  // namespace yolo::tasks

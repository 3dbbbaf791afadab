// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class DetectRoom final : public LetterboxRoom {
  protected:
    Layout layout(const std::vector<Tensor>&, int, const ModelInfo&) const override { return {}; }
};

}  // namespace

const TaskRoom& detect_room() {
    static const DetectRoom room;
    return room;
}

}  // namespace yolo::tasks

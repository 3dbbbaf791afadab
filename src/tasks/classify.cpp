// SPDX-License-Identifier: Apache-2.0
#include "image/classify_resize.hpp"
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class ClassifyRoom final : public TaskRoom {
  public:
    Size input_size(const std::vector<Size>&, Size shape, bool, int) const override { return shape; }

    void preprocess(const cv::Mat& picture, cv::Mat& place, Size) const override {
        image::classify_resize(picture, place);
    }

    Objects find_objects(const std::vector<Tensor>& outputs, int index, const ModelInfo&,
                         const DecodeOptions&) const override {
        const std::span<const float> row = picture_values(outputs.at(0), index, 2);  // (B, nc), softmax
        Objects found;
        found.probabilities.assign(row.begin(), row.end());
        return found;
    }
};

}  // namespace

const TaskRoom& classify_room() {
    static const ClassifyRoom room;
    return room;
}

}  // namespace yolo::tasks

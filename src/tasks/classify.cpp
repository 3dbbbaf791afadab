// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

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

  protected:
    Found find(const std::vector<Tensor>& outputs, int index, const ModelInfo&,
               const DecodeOptions&) const override {
        // (B, nc), softmax; files of others, of features too, may say (B, n, 1, 1).
        const Shape& shape = outputs.at(0).shape();
        const bool flat = shape.size() > 2 && std::all_of(shape.begin() + 2, shape.end(),
                                                          [](std::int64_t side) { return side == 1; });
        const auto row = picture_values(outputs[0], index, flat ? shape.size() : 2);
        Found found;
        found.usual.probabilities.assign(row.begin(), row.end());
        return found;
    }
};

}  // namespace

const TaskRoom& classify_room() {
    static const ClassifyRoom room;
    return room;
}

}  // namespace yolo::tasks

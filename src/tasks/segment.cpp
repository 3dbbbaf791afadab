// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class SegmentRoom final : public LetterboxRoom {
  protected:
    Layout layout(const std::vector<Tensor>& outputs, int index, const ModelInfo& info) const override {
        return {.class_count = info.class_count(), .extra = prototypes_of(outputs, index).channels};
    }

    void add_more(const PictureOutput& output, const Detection& detection, Objects& found) const override {
        found.coefficients.push_back(output.extras(detection));
    }

    /// With its masks; what has none is left out.
    void place(Objects& found, const std::vector<Tensor>& outputs, int index, const DecodeOptions& options,
               Result& result) const override {
        LetterboxRoom::place(found, outputs, index, options, result);
        const image::Prototypes prototypes = prototypes_of(outputs, index);
        const image::PictureView view =
            image::picture_view({prototypes.height, prototypes.width}, result.input_shape, result.orig_shape);
        std::vector<Box> boxes;
        std::vector<int> anchors;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const Box& box = result.boxes[i];
            const std::vector<float>& coefficients = found.coefficients[i];
            Mask mask =
                options.retina_masks
                    ? image::picture_mask(prototypes, coefficients, {box.x1, box.y1, box.x2, box.y2}, view)
                    : image::network_mask(prototypes, coefficients, found.boxes[i], result.input_shape);
            if (image::is_empty(mask)) continue;
            boxes.push_back(box);
            anchors.push_back(found.anchors[i]);
            result.masks.push_back(std::move(mask));
        }
        result.boxes = std::move(boxes);
        found.anchors = std::move(anchors);
    }
};

}  // namespace

const TaskRoom& segment_room() {
    static const SegmentRoom room;
    return room;
}

}  // namespace yolo::tasks

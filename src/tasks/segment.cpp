// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

class SegmentRoom final : public LetterboxRoom {
  public:
    void decode(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                const DecodeOptions& options, Result& result) const override {
        const image::Prototypes prototypes = prototypes_of(outputs, index);
        const PictureOutput output(outputs[0], index, info.class_count(), prototypes.channels, options.form);
        const image::BackScale scale = scale_of(result);
        const image::PictureView view =
            image::picture_view({prototypes.height, prototypes.width}, result.input_shape, result.orig_shape);
        for (const Detection& detection : output.detections(options)) {
            const Box box = box_of(detection, scale);
            const std::vector<float> coefficients = output.extras(detection);
            Mask mask =
                options.retina_masks
                    ? image::picture_mask(prototypes, coefficients, {box.x1, box.y1, box.x2, box.y2}, view)
                    : image::network_mask(prototypes, coefficients, detection.box, result.input_shape);
            if (image::is_empty(mask)) continue;
            result.boxes.push_back(box);
            result.masks.push_back(std::move(mask));
        }
    }
};

}  // namespace

const TaskRoom& segment_room() {
    static const SegmentRoom room;
    return room;
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include "train/losses/targets.hpp"

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "image/box_forms.hpp"

namespace yolo::train {

std::vector<std::vector<TargetObject>> target_objects(const data::Batch& batch, int pictures, Size input,
                                                      int class_count, bool rotated) {
    const std::size_t width = rotated ? 5 : 4;
    if (batch.picture_of.size() != batch.objects() || batch.boxes.size() != width * batch.objects()) {
        throw Error(
            fmt::format("a batch of {} objects has {} numbers of boxes, expected {} each: the labels are "
                        "of another task",
                        batch.objects(), batch.boxes.size(), width));
    }
    const auto w = static_cast<float>(input.width), h = static_cast<float>(input.height);
    std::vector<std::vector<TargetObject>> objects(static_cast<std::size_t>(pictures));
    std::vector<int> places(static_cast<std::size_t>(pictures));
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        const int class_id = batch.classes[i];
        if (class_id < 0 || class_id >= class_count) {
            throw Error(
                fmt::format("an object has class {}, but the network has {} classes", class_id, class_count));
        }
        const auto picture = static_cast<std::size_t>(batch.picture_of[i]);
        TargetObject object{class_id, {}, i, places.at(picture)};
        const float* box = &batch.boxes[i * width];
        const image::Box4 xywh{box[0] * w, box[1] * h, box[2] * w, box[3] * h};
        if (rotated) {
            if (xywh[2] < 2 || xywh[3] < 2) continue;
            object.box = {xywh[0], xywh[1], xywh[2], xywh[3], box[4]};
        } else {
            const image::Box4 xyxy = image::xywh_to_xyxy(xywh);
            object.box = {xyxy[0], xyxy[1], xyxy[2], xyxy[3], 0};
        }
        ++places[picture];
        float sum = 0;
        for (const float number : object.box) sum += number;
        if (sum > 0) objects[picture].push_back(object);
    }
    return objects;
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#include "tasks/letterbox_room.hpp"

#include <algorithm>

#include "image/letterbox.hpp"
#include "image/picture_sizes.hpp"

namespace yolo::tasks {

Size LetterboxRoom::input_size(const std::vector<Size>& pictures, Size shape, bool rect, int stride) const {
    const Size whole{image::input_side(shape.height, stride), image::input_side(shape.width, stride)};
    const bool alike =
        std::all_of(pictures.begin(), pictures.end(), [&](Size size) { return size == pictures[0]; });
    if (!rect || pictures.empty() || !alike) return whole;
    return image::letterbox_geometry(pictures[0], {.shape = whole, .minimal = true, .stride = stride}).output;
}

void LetterboxRoom::preprocess(const cv::Mat& picture, cv::Mat& place, Size shape) const {
    const Size size{place.rows, place.cols};
    image::letterbox(picture, image::letterbox_geometry_in({picture.rows, picture.cols}, shape, size), place);
}

image::BackScale LetterboxRoom::scale_of(const Result& result) {
    return image::back_scale(result.input_shape, result.orig_shape);
}

Box LetterboxRoom::box_of(const Detection& detection, const image::BackScale& scale) {
    const auto [x1, y1, x2, y2] = scale.xyxy(detection.box);
    return {.x1 = x1,
            .y1 = y1,
            .x2 = x2,
            .y2 = y2,
            .confidence = detection.score,
            .class_id = detection.class_id};
}

}  // namespace yolo::tasks

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

void LetterboxRoom::add_box(const Detection& detection, Objects& found) {
    found.classes.push_back(detection.class_id);
    found.scores.push_back(detection.score);
    found.boxes.push_back(detection.box);
    found.anchors.push_back(detection.anchor);
}

}  // namespace yolo::tasks

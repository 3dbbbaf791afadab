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

TaskRoom::Found LetterboxRoom::find(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                                    const DecodeOptions& options) const {
    const Layout form = layout(outputs, index, info);
    const PictureOutput output(outputs.at(0), index, form.class_count, form.extra, options.form);
    const PictureOutput::Kept kept = output.detections(options, form.rotated);
    Found found;
    found.usual.keypoint_values = form.keypoint_values;
    for (const Detection& detection : kept.usual) {
        add_box(output, detection, found.usual);
        add_more(output, detection, found.usual);
    }
    for (const Detection& detection : kept.loose) add_box(output, detection, found.loose);
    return found;
}

void LetterboxRoom::add_box(const PictureOutput&, const Detection& detection, Objects& found) const {
    found.classes.push_back(detection.class_id);
    found.scores.push_back(detection.score);
    found.boxes.push_back(detection.box);
    found.anchors.push_back(detection.anchor);
}

}  // namespace yolo::tasks

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "core/rim.hpp"
#include "image/codec.hpp"
#include "image/draw.hpp"
#include "tasks/result_picture.hpp"

namespace yolo {

namespace {

/// A name between Unicode's isolates, so that one written from right to left does not drag the numbers along.
std::string isolated(const std::string& name) {
    return image::is_ascii(name) ? name : "\u2068" + name + "\u2069";
}

std::string class_text(const Result& result, int class_id, float confidence, const PlotOptions& options) {
    if (!options.labels) return options.confidence ? fmt::format("{:.2f}", confidence) : "";
    const std::string name = isolated(result.name(class_id));
    return options.confidence ? fmt::format("{} {:.2f}", name, confidence) : name;
}

/// "id:3 name 0.87", or what of it is asked for.
template <class AnyBox>
std::string label(const Result& result, const AnyBox& box, const PlotOptions& options) {
    const std::string text = class_text(result, box.class_id, box.confidence, options);
    return options.labels && box.track_id >= 0 ? fmt::format("id:{} {}", box.track_id, text) : text;
}

/// The last detection first, so that the surest one lies on top.
template <class AnyBox>
void draw_detections(cv::Mat& picture, const Result& result, const std::vector<AnyBox>& boxes,
                     const PlotOptions& options, const image::Lettering& lettering) {
    const Size size{picture.rows, picture.cols};
    const int width = image::line_width(size, options.line_width);
    for (auto box = boxes.rbegin(); box != boxes.rend(); ++box) {
        const image::Color color = image::class_color(box->class_id);
        image::draw_box(picture, *box, color, width);
        const std::string text = label(result, *box, options);
        if (!text.empty())
            image::draw_label(picture, image::label_anchor(*box, size), text, color, lettering);
    }
}

void draw_masks(cv::Mat& picture, const Result& result) {
    std::vector<image::Color> colors(result.masks.size());
    for (std::size_t i = 0; i < colors.size() && i < result.boxes.size(); ++i)
        colors[i] = image::class_color(result.boxes[i].class_id);
    image::draw_masks(picture, result.masks, colors);
}

void draw_classes(cv::Mat& picture, const Result& result, const PlotOptions& options,
                  const image::Lettering& lettering) {
    std::vector<std::string> lines;
    for (const int class_id : result.top(5)) {
        const float probability = result.probs[static_cast<std::size_t>(class_id)];
        lines.push_back(class_text(result, class_id, probability, options));
    }
    if (!lines.empty() && !lines.front().empty()) image::draw_text_block(picture, lines, lettering);
}

/// Typeset text for all labels as soon as one of the names needs it: one kind of lettering in all pictures of
/// a model.
bool needs_typesetting(const Result& result) {
    return result.task == Task::classify ||
           (result.names && !std::all_of(result.names->begin(), result.names->end(), image::is_ascii));
}

}  // namespace

Image Result::plot(const PlotOptions& options) const try {
    const auto picture = std::make_shared<cv::Mat>(tasks::picture_of(*this).clone());
    const Size size{picture->rows, picture->cols};
    const image::Lettering lettering =
        image::lettering(size, options.line_width, options.labels && needs_typesetting(*this));
    if (options.masks && !masks.empty()) draw_masks(*picture, *this);
    if (options.boxes) {
        draw_detections(*picture, *this, boxes, options, lettering);
        draw_detections(*picture, *this, obb, options, lettering);
    }
    if (task == Task::classify) draw_classes(*picture, *this, options, lettering);
    const int width = image::line_width(size, options.line_width);
    for (auto points = keypoints.rbegin(); points != keypoints.rend(); ++points)
        image::draw_keypoints(*picture, *points, keypoint_values == 3, width);
    return Image(picture, {picture->data, size.height, size.width, PixelFormat::bgr, picture->step[0]});
} catch (...) {
    rethrow_as_error();
}

void Result::save(const std::string& file, const PlotOptions& options) const try {
    const Image picture = plot(options);
    image::write_image(file, matrix(picture));
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

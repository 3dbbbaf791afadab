// SPDX-License-Identifier: Apache-2.0
#include "tasks/result_plot.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

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
void draw_boxes(cv::Mat& picture, const std::vector<AnyBox>& boxes, const std::vector<image::Color>& colors,
                const PlotOptions& options) {
    const int width = image::line_width({picture.rows, picture.cols}, options.line_width);
    for (std::size_t i = boxes.size(); i-- > 0;) image::draw_box(picture, boxes[i], colors[i], width);
}

/// The order in which labels choose their places: by number, so that in a video those of older tracks stay
/// where they are whatever the scores are, then the surest first.
template <class AnyBox>
std::vector<std::size_t> label_order(const std::vector<AnyBox>& boxes) {
    std::vector<std::size_t> order(boxes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        return boxes[i].track_id >= 0 ? boxes[i].track_id : std::numeric_limits<int>::max();
    });
    return order;
}

template <class AnyBox>
void add_labels(image::Labels& labels, const Result& result, const std::vector<AnyBox>& boxes,
                const std::vector<image::Color>& colors, const PlotOptions& options) {
    const Size size = labels.picture();
    const int width = image::line_width(size, options.line_width);
    for (const std::size_t i : label_order(boxes)) {
        const std::string text = label(result, boxes[i], options);
        if (text.empty()) continue;
        labels.add(image::covered_pixels(boxes[i], size, width), image::label_anchor(boxes[i], size), text,
                   colors[i], boxes[i].track_id);
    }
}

void draw_masks(cv::Mat& picture, const Result& result, std::vector<image::Color> colors) {
    colors.resize(result.masks.size());
    image::draw_masks(picture, result.masks, colors);
}

/// The surest person last. By instance, points and limbs have the colour of the box.
void draw_keypoints(cv::Mat& picture, const Result& result, const std::vector<image::Color>& colors,
                    const PlotOptions& options) {
    image::KeypointStyle style = {
        .line_width = image::line_width({picture.rows, picture.cols}, options.line_width),
        .radius = options.kpt_radius,
        .limbs = options.kpt_line};
    for (std::size_t i = result.keypoints.size(); i-- > 0;) {
        if (options.color_mode == ColorMode::by_instance && i < colors.size()) style.color = colors[i];
        image::draw_keypoints(picture, result.keypoints[i], result.keypoint_values == 3, style);
    }
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

bool is_tracked(const Result& result) {
    const auto has_number = [](const auto& box) { return box.track_id >= 0; };
    return std::ranges::any_of(result.boxes, has_number) || std::ranges::any_of(result.obb, has_number);
}

void check_length(const char* name, int pixels) {
    constexpr int most = 1000;
    if (pixels < 0 || pixels > most)
        throw UsageError(
            fmt::format("{}={} is not possible: it is a number of pixels from 0 to {}", name, pixels, most));
}

void check(const PlotOptions& options) {
    check_length("line_width", options.line_width);
    check_length("font_size", options.font_size);
    check_length("kpt_radius", options.kpt_radius);
}

}  // namespace

Image tasks::plot(const Result& result, const PlotOptions& given, const PlotLayers& layers) {
    check(given);
    PlotOptions options = given;
    if (options.color_mode == ColorMode::automatic)
        options.color_mode = is_tracked(result) ? ColorMode::by_instance : ColorMode::by_class;
    const auto picture = std::make_shared<cv::Mat>(picture_of(result).clone());
    const Size size{picture->rows, picture->cols};
    const bool typeset = layers.typeset || (options.labels && needs_typesetting(result));
    const image::Lettering lettering = image::lettering(size, options.line_width, typeset, options.font_size);
    const std::vector<image::Color> colors = image::object_colors(result, options.color_mode, layers.tracks);
    if (layers.under) layers.under(*picture, colors);
    if (options.masks && !result.masks.empty()) draw_masks(*picture, result, colors);
    if (options.boxes && result.obb.empty()) draw_boxes(*picture, result.boxes, colors, options);
    if (options.boxes) draw_boxes(*picture, result.obb, colors, options);
    if (result.task == Task::classify) draw_classes(*picture, result, options, lettering);
    draw_keypoints(*picture, result, colors, options);
    image::Labels labels(size, lettering, layers.memory);
    if (layers.labels) layers.labels(labels);
    if (options.boxes && result.obb.empty()) add_labels(labels, result, result.boxes, colors, options);
    if (options.boxes) add_labels(labels, result, result.obb, colors, options);
    labels.draw(*picture);
    return Image(picture, {picture->data, size.height, size.width, PixelFormat::bgr, picture->step[0]});
}

Image Result::plot(const PlotOptions& options) const try { return tasks::plot(*this, options); } catch (...) {
    rethrow_as_error();
}

void Result::save(const std::string& file, const PlotOptions& options) const try {
    const Image picture = plot(options);
    image::write_image(file, matrix(picture));
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

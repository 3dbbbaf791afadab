// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/track_drawing.hpp"

namespace yolo::modes {

namespace {

std::vector<cv::Rect> pixels_of_objects(const Result& result, int line_width) {
    std::vector<cv::Rect> pixels;
    const auto add = [&](const auto& boxes) {
        for (const auto& box : boxes)
            pixels.push_back(image::covered_pixels(box, result.orig_shape, line_width));
    };
    add(result.boxes);
    add(result.obb);
    return pixels;
}

}  // namespace

TrackDrawing::Stream& TrackDrawing::stream_of(const inference::Prediction& prediction) {
    const inference::Sequence sequence(prediction.frame);
    const Size size = prediction.result.orig_shape;
    Stream& stream = streams_.try_emplace(sequence.stream, Stream{sequence, size}).first->second;
    if (!(stream.sequence == sequence) || stream.size != size) stream = Stream{sequence, size};
    return stream;
}

void TrackDrawing::note(const inference::Prediction& prediction) {
    Stream& stream = stream_of(prediction);
    stream.colors.update(image::track_ids(prediction.result));
    if (with_trails_) stream.trails.note(prediction.result);
}

tasks::PlotLayers TrackDrawing::layers(const inference::Prediction& prediction, const PlotOptions& plot) {
    Stream& stream = stream_of(prediction);
    const Result& result = prediction.result;
    const int width = image::line_width(result.orig_shape, plot.line_width);
    tasks::PlotLayers layers{.typeset = any_is_typeset(prediction.regions),
                             .tracks = &stream.colors,
                             .memory = &stream.label_memory};
    layers.under = [&, width](cv::Mat& picture, const std::vector<image::Color>& colors) {
        draw_regions(prediction.regions, width, picture);
        stream.trails.draw(result, colors, width, picture);
    };
    layers.labels = [&, width](image::Labels& labels) {
        stream.region_labels.add(prediction.regions, pixels_of_objects(result, width), width, labels);
    };
    return layers;
}

}  // namespace yolo::modes

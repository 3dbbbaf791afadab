// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/trails.hpp"

#include <cmath>

#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"

namespace yolo::modes {

namespace {

constexpr int longest = 30;  // frames

struct Seen {
    int track_id;
    cv::Point place;
};

cv::Point rounded(float x, float y) {
    return {static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
}

std::vector<Seen> seen_in(const Result& result) {
    std::vector<Seen> seen;
    for (const Box& box : result.boxes)
        seen.push_back({box.track_id, rounded((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)});
    for (const RotatedBox& box : result.obb) seen.push_back({box.track_id, rounded(box.cx, box.cy)});
    return seen;
}

}  // namespace

Trails::Stream& Trails::stream_of(const sources::Frame& frame) {
    const inference::Sequence sequence(frame);
    Stream& stream = streams_.try_emplace(sequence.stream, Stream{sequence}).first->second;
    if (!(stream.sequence == sequence)) stream = Stream{sequence};
    return stream;
}

void Trails::draw(const inference::Prediction& prediction, const PlotOptions& plot, cv::Mat& picture) {
    Stream& stream = stream_of(prediction.frame);
    const int now = ++stream.frame;
    const Result& result = prediction.result;
    const std::vector<image::Color> colors = image::object_colors(result, plot.color_mode);
    const int width = image::line_width({picture.rows, picture.cols}, plot.line_width);
    const std::vector<Seen> seen = seen_in(result);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i].track_id < 0) continue;
        std::deque<Step>& steps = stream.steps[seen[i].track_id];
        steps.push_back({now, seen[i].place});
        while (steps.front().frame <= now - longest) steps.pop_front();
        std::vector<cv::Point> line;
        for (const Step& step : steps) line.push_back(step.place);
        cv::polylines(picture, line, false, colors.at(i), width, cv::LINE_AA);
    }
    std::erase_if(stream.steps,
                  [now](const auto& track) { return track.second.back().frame <= now - longest; });
}

}  // namespace yolo::modes

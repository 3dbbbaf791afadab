// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/trails.hpp"

#include <cmath>

#include <opencv2/imgproc.hpp>

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

void Trails::note(const Result& result) {
    ++frame_;
    for (const Seen& seen : seen_in(result)) {
        if (seen.track_id < 0) continue;
        std::deque<Step>& steps = steps_[seen.track_id];
        steps.push_back({frame_, seen.place});
        while (steps.front().frame <= frame_ - longest) steps.pop_front();
    }
    std::erase_if(steps_,
                  [this](const auto& track) { return track.second.back().frame <= frame_ - longest; });
}

void Trails::draw(const Result& result, const std::vector<image::Color>& colors, int line_width,
                  cv::Mat& picture) const {
    const std::vector<int> ids = image::track_ids(result);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto track = steps_.find(ids[i]);
        if (track == steps_.end()) continue;
        std::vector<cv::Point> line;
        for (const Step& step : track->second) line.push_back(step.place);
        cv::polylines(picture, line, false, colors.at(i), line_width, cv::LINE_AA);
    }
}

}  // namespace yolo::modes

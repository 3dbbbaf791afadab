// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/region_drawing.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"
#include "modes/tracking/region_text.hpp"

namespace yolo::modes {

namespace {

using Corners = std::vector<cv::Point>;

Corners whole_pixels(const std::vector<Point>& points) {
    constexpr float far = 1 << 20;  // so that OpenCV's arithmetic holds
    Corners corners;
    for (const Point& point : points) {
        corners.emplace_back(static_cast<int>(std::lround(std::clamp(point.x, -far, far))),
                             static_cast<int>(std::lround(std::clamp(point.y, -far, far))));
    }
    return corners;
}

void draw_line(cv::Mat& picture, const Corners& ends, const image::Color& color, int width) {
    cv::Point from = ends[0], to = ends[1];
    if (!cv::clipLine(picture.size(), from, to)) return;
    cv::line(picture, from, to, color, width, cv::LINE_AA);
    for (const cv::Point& end : {from, to})
        cv::circle(picture, end, 2 * width, color, cv::FILLED, cv::LINE_AA);
    const cv::Point2d way = ends[1] - ends[0];
    const double length = std::hypot(way.x, way.y);
    if (length == 0) return;
    const double reach = 10.0 * width + 10;
    const cv::Point middle = (from + to) / 2;
    const cv::Point tip(static_cast<int>(std::lround(middle.x - way.y / length * reach)),
                        static_cast<int>(std::lround(middle.y + way.x / length * reach)));
    cv::arrowedLine(picture, middle, tip, color, width, cv::LINE_AA, 0, 0.35);
}

void draw_area(cv::Mat& picture, const Corners& corners, const image::Color& color, int width) {
    const cv::Rect part = cv::boundingRect(corners) & cv::Rect({}, picture.size());
    if (!part.empty()) {
        cv::Mat under = picture(part);
        cv::Mat filled = under.clone();
        cv::fillPoly(filled, std::vector<Corners>{corners}, color, cv::LINE_8, 0, -part.tl());
        cv::addWeighted(filled, 0.3, under, 0.7, 0, under);
    }
    cv::polylines(picture, corners, true, color, width, cv::LINE_AA);
}

/// The topmost corner, as far as it lies in the picture: a label that stands there hides nothing.
cv::Point label_place(Corners corners, Size picture, int width) {
    if (corners.size() == 2) cv::clipLine(cv::Size(picture.width, picture.height), corners[0], corners[1]);
    const cv::Point top = *std::min_element(
        corners.begin(), corners.end(),
        [](const cv::Point& a, const cv::Point& b) { return std::pair(a.y, a.x) < std::pair(b.y, b.x); });
    return {std::clamp(top.x, 0, std::max(picture.width - 1, 0)),
            std::clamp(top.y - width, 0, std::max(picture.height - 1, 0))};
}

}  // namespace

void draw_regions(const std::vector<RegionCounts>& regions, const PlotOptions& plot, cv::Mat& picture) {
    const Size size{picture.rows, picture.cols};
    const int width = image::line_width(size, plot.line_width);
    std::vector<Corners> all;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const image::Color color = image::class_color(static_cast<int>(i));
        all.push_back(whole_pixels(regions[i].points));
        if (regions[i].is_line())
            draw_line(picture, all.back(), color, width);
        else
            draw_area(picture, all.back(), color, width);
    }
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const std::string label = image::one_line(region_label(regions[i]));
        image::draw_label(picture, label_place(all[i], size, width), label,
                          image::class_color(static_cast<int>(i)),
                          image::lettering(size, plot.line_width, !image::is_ascii(label), plot.font_size));
    }
}

}  // namespace yolo::modes

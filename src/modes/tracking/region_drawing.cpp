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

/// Where a region's label may stand, the usual place first: above or below a line's end; above, below or
/// within an area's corner. All lie in the picture.
std::vector<cv::Rect> label_places(Corners corners, Size picture, int width, cv::Size label) {
    if (corners.size() == 2) cv::clipLine(cv::Size(picture.width, picture.height), corners[0], corners[1]);
    std::ranges::stable_sort(corners, [](const cv::Point& a, const cv::Point& b) {
        return std::pair(a.y, a.x) < std::pair(b.y, b.x);
    });
    std::vector<cv::Rect> places;
    const auto add = [&](int x, int y) {
        const cv::Point corner(std::clamp(x, 0, std::max(picture.width - label.width, 0)),
                               std::clamp(y, 0, std::max(picture.height - label.height, 0)));
        places.emplace_back(corner, label);
    };
    for (const cv::Point& corner : corners) {
        const int space = corners.size() == 2 ? 2 * width : width;  // a line's ends are discs
        for (const int x : {corner.x, corner.x - label.width}) {
            add(x, corner.y - space - label.height);
            add(x, corner.y + space);
        }
    }
    return places;
}

/// Pixels of a place that lie on objects, each as often as it does.
double hidden_pixels(const cv::Rect& place, const std::vector<cv::Rect>& objects) {
    double pixels = 0;
    for (const cv::Rect& object : objects) pixels += (place & object).area();
    return pixels;
}

constexpr double newest = 0.05;      // the share of one picture in the mean
constexpr double much_better = 0.5;  // the share of what the present place hides
constexpr double little = 0.05;      // the share of a label that is no reason to move

}  // namespace

void draw_regions(const std::vector<RegionCounts>& regions, int line_width, cv::Mat& picture) {
    for (const bool lines : {false, true}) {  // no area over a line's arrow
        for (std::size_t i = 0; i < regions.size(); ++i) {
            if (regions[i].is_line() != lines) continue;
            const image::Color color = image::class_color(static_cast<int>(i));
            const Corners corners = whole_pixels(regions[i].points);
            if (lines)
                draw_line(picture, corners, color, line_width);
            else
                draw_area(picture, corners, color, line_width);
        }
    }
}

void RegionLabels::add(const std::vector<RegionCounts>& regions, const std::vector<cv::Rect>& objects,
                       int line_width, image::Labels& labels) {
    places_.resize(regions.size());
    for (std::size_t i = 0; i < regions.size(); ++i) {
        image::SetText text = labels.set(region_label(regions[i]));
        const std::vector<cv::Rect> rects =
            label_places(whole_pixels(regions[i].points), labels.picture(), line_width, text.size);
        Place& place = places_[i];
        const bool first = place.hidden.empty();
        place.hidden.resize(rects.size());
        for (std::size_t k = 0; k < rects.size(); ++k) {
            const double now = hidden_pixels(rects[k], objects) +
                               static_cast<double>(rects[k].area()) * (labels.covered(rects[k]) > 0 ? 1 : 0);
            place.hidden[k] += (first ? 1 : newest) * (now - place.hidden[k]);
        }
        const auto best = std::ranges::min_element(place.hidden);
        const double present = place.hidden[place.chosen];
        if (present > little * text.size.area() && *best < much_better * present)
            place.chosen = static_cast<std::size_t>(best - place.hidden.begin());
        labels.put(std::move(text), rects[place.chosen].tl(), image::class_color(static_cast<int>(i)));
    }
}

bool any_is_typeset(const std::vector<RegionCounts>& regions) {
    return !std::ranges::all_of(regions, [](const RegionCounts& one) { return image::is_ascii(one.name); });
}

}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/result.hpp>

#include "core/rim.hpp"
#include "image/mask_part.hpp"
#include "image/scale_boxes.hpp"

namespace yolo {

namespace {

using Contour = std::vector<cv::Point>;

/// Where a contour is joined to the one before and to the one after it.
struct Links {
    std::size_t before = 0, after = 0;
};

/// The external contours, in the order in which cv::findContours gives them, in pixels of the mask.
std::vector<Contour> external_contours(const Mask& mask) {
    if (mask.data.empty()) return {};
    const cv::Mat picture(mask.height, mask.width, CV_8U, const_cast<std::uint8_t*>(mask.data.data()));
    const cv::Rect part = image::covered_part(mask);
    std::vector<Contour> contours;
    if (!part.empty())
        cv::findContours(picture(part), contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE, part.tl());
    return contours;
}

/// Links two contours by their closest points; of equally close pairs the first.
void link(const Contour& contour, Links& links, const Contour& next, Links& next_links) {
    auto best = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < contour.size(); ++i) {
        for (std::size_t k = 0; k < next.size(); ++k) {
            const std::int64_t x = contour[i].x - next[k].x, y = contour[i].y - next[k].y;
            const std::int64_t distance = x * x + y * y;
            if (distance < best) {
                best = distance;
                links.after = i;
                next_links.before = k;
            }
        }
    }
}

/// Appends the points from `first`, `count` of them, going round.
void append_round(Contour& polygon, const Contour& contour, std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) polygon.push_back(contour[(first + i) % contour.size()]);
}

/// One polygon: out along the contours in order, each entered and left at its links, and back again through
/// the rest of those between.
Contour join(const std::vector<Contour>& contours) {
    std::vector<Links> links(contours.size());
    for (std::size_t i = 1; i < contours.size(); ++i)
        link(contours[i - 1], links[i - 1], contours[i], links[i]);

    const std::size_t last = contours.size() - 1;
    const auto steps_out = [&](std::size_t i) {
        return (links[i].after + contours[i].size() - links[i].before) % contours[i].size();
    };
    Contour polygon;
    append_round(polygon, contours[0], links[0].after, contours[0].size() + 1);
    for (std::size_t i = 1; i < last; ++i)
        append_round(polygon, contours[i], links[i].before, steps_out(i) + 1);
    append_round(polygon, contours[last], links[last].before, contours[last].size() + 1);
    for (std::size_t i = last - 1; i > 0; --i)
        append_round(polygon, contours[i], links[i].after, contours[i].size() - steps_out(i) + 1);
    return polygon;
}

}  // namespace

std::vector<Point> Result::polygon(std::size_t i) const try {
    if (i >= masks.size())
        throw Error(fmt::format("there is no mask {}: the result has {}", i, masks.size()));
    const Mask& mask = masks[i];
    const std::vector<Contour> contours = external_contours(mask);
    std::vector<Point> polygon;
    if (contours.empty()) return polygon;
    const image::BackScale scale = image::back_scale({mask.height, mask.width}, orig_shape);
    for (const cv::Point& point : contours.size() == 1 ? contours.front() : join(contours))
        polygon.push_back(scale.point({static_cast<float>(point.x), static_cast<float>(point.y)}));
    return polygon;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

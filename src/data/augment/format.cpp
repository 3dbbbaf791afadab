// SPDX-License-Identifier: Apache-2.0
#include "data/augment/format.hpp"

#include <algorithm>
#include <numeric>

#include <opencv2/imgproc.hpp>

#include "data/augment/polygon.hpp"

namespace yolo::data {

namespace {

int round_down(int value, int step) {
    return value / step * step;
}

/// The part of the picture in which an outline is drawn, grown to whole pixels of the mask.
cv::Rect drawn_part(const std::vector<cv::Point>& points, Size picture, int ratio) {
    const cv::Rect whole(0, 0, picture.width, picture.height);
    // The crop of a shrunk mask equals the shrunk crop only where mask pixels are whole blocks.
    if (picture.width % ratio != 0 || picture.height % ratio != 0) return whole;
    const cv::Rect box = cv::boundingRect(points) & whole;
    if (box.empty()) return {};
    const int x = round_down(box.x, ratio), y = round_down(box.y, ratio);
    return {x, y, round_down(box.br().x + ratio - 1, ratio) - x,
            round_down(box.br().y + ratio - 1, ratio) - y};
}

struct PartMask {
    cv::Rect part;  ///< in pixels of the mask
    cv::Mat mask;
};

PartMask draw_part(const Polygon& polygon, Size picture, int ratio) {
    std::vector<cv::Point> points = whole_pixels(polygon);
    const cv::Rect part = points.empty() ? cv::Rect() : drawn_part(points, picture, ratio);
    if (part.empty()) return {};
    cv::Mat full(part.size(), CV_8U, cv::Scalar(0));
    for (cv::Point& p : points) p -= part.tl();
    cv::fillPoly(full, points, cv::Scalar(1));
    const cv::Rect shrunk(part.x / ratio, part.y / ratio, part.width / ratio, part.height / ratio);
    cv::Mat mask;
    cv::resize(full, mask, shrunk.size(), 0, 0, cv::INTER_LINEAR);
    return {shrunk, mask};
}

void add_boxes(const Instances& instances, Size picture, Task task, std::vector<float>& boxes) {
    const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (task == Task::obb) {
            const auto [x, y, w, h, angle] = image::least_rectangle(instances.polygons[i]);
            boxes.insert(boxes.end(), {x / width, y / height, w / width, h / height, angle});
        } else {
            const image::Box4 box = image::xyxy_to_xywhn(instances.boxes[i], picture);
            boxes.insert(boxes.end(), box.begin(), box.end());
        }
    }
}

}  // namespace

cv::Mat outline_mask(const Polygon& polygon, Size picture, int ratio) {
    cv::Mat mask(picture.height / ratio, picture.width / ratio, CV_8U, cv::Scalar(0));
    const PartMask drawn = draw_part(polygon, picture, ratio);
    if (!drawn.part.empty()) drawn.mask.copyTo(mask(drawn.part));
    return mask;
}

OverlapMask overlap_mask(const std::vector<Polygon>& polygons, Size picture, int ratio) {
    std::vector<PartMask> drawn;
    std::vector<int> areas;
    for (const Polygon& polygon : polygons) {
        drawn.push_back(draw_part(polygon, picture, ratio));
        areas.push_back(drawn.back().part.empty() ? 0 : static_cast<int>(cv::sum(drawn.back().mask)[0]));
    }
    OverlapMask result;
    result.order.resize(polygons.size());
    std::iota(result.order.begin(), result.order.end(), std::size_t{0});
    std::stable_sort(result.order.begin(), result.order.end(),
                     [&](std::size_t a, std::size_t b) { return areas[a] > areas[b]; });
    const int type = polygons.size() > 255 ? CV_32S : CV_8U;
    result.mask = cv::Mat(picture.height / ratio, picture.width / ratio, type, cv::Scalar(0));
    for (std::size_t i = 0; i < result.order.size(); ++i) {
        const PartMask& object = drawn[result.order[i]];
        if (!object.part.empty())
            result.mask(object.part).setTo(cv::Scalar(static_cast<double>(i) + 1), object.mask);
    }
    return result;
}

Targets format_targets(const Instances& instances, Size picture, const FormatOptions& options) {
    Targets targets;
    std::vector<std::size_t> order;
    if (options.task == Task::segment && options.overlap_mask) {
        OverlapMask overlap = overlap_mask(instances.polygons, picture, options.mask_ratio);
        targets.masks.push_back(std::move(overlap.mask));
        order = std::move(overlap.order);
    } else if (options.task == Task::segment) {
        for (const Polygon& polygon : instances.polygons) {
            targets.masks.push_back(outline_mask(polygon, picture, options.mask_ratio));
        }
    }
    if (order.size() == instances.size()) {
        for (const std::size_t i : order) targets.classes.push_back(instances.classes[i]);
        Instances sorted;
        sorted.classes = targets.classes;
        for (const std::size_t i : order) sorted.boxes.push_back(instances.boxes[i]);
        add_boxes(sorted, picture, options.task, targets.boxes);
    } else {
        targets.classes = instances.classes;
        add_boxes(instances, picture, options.task, targets.boxes);
    }
    if (options.task == Task::pose) {
        const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
        for (const LabelPoint& p : instances.keypoints) {
            targets.keypoints.insert(targets.keypoints.end(), {p.x / width, p.y / height, p.visibility});
        }
    }
    return targets;
}

}  // namespace yolo::data

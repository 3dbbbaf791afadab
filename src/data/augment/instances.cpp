// SPDX-License-Identifier: Apache-2.0
#include "data/augment/instances.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "data/augment/polygon.hpp"

namespace yolo::data {

namespace {

image::Box4 clipped(const image::Box4& box, float width, float height) {
    return {std::clamp(box[0], 0.0f, width), std::clamp(box[1], 0.0f, height),
            std::clamp(box[2], 0.0f, width), std::clamp(box[3], 0.0f, height)};
}

float area(const image::Box4& box) {
    return (box[2] - box[0]) * (box[3] - box[1]);
}

}  // namespace

Instances to_pixels(const Labels& labels, Size picture, int keypoints_each, std::size_t outline_points) {
    const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
    Instances instances;
    instances.classes = labels.classes;
    instances.boxes.reserve(labels.boxes.size());
    for (const image::Box4& box : labels.boxes) {
        instances.boxes.push_back(image::xywhn_to_xyxy(box, picture));
    }
    instances.keypoints = labels.keypoints;
    instances.keypoints_each = keypoints_each;
    for (LabelPoint& p : instances.keypoints) p.x *= width, p.y *= height;

    std::size_t longest = 0;
    for (const Polygon& polygon : labels.polygons) longest = std::max(longest, polygon.size());
    const std::size_t points = longest > outline_points ? longest + 1 : outline_points;
    instances.polygons.reserve(labels.polygons.size());
    for (const Polygon& polygon : labels.polygons) {
        instances.polygons.push_back(resample_polygon(polygon, points));
        for (Point& p : instances.polygons.back()) p.x *= width, p.y *= height;
    }
    return instances;
}

void scale(Instances& instances, float x, float y) {
    for (image::Box4& box : instances.boxes) box[0] *= x, box[1] *= y, box[2] *= x, box[3] *= y;
    for (Polygon& polygon : instances.polygons) {
        for (Point& p : polygon) p.x *= x, p.y *= y;
    }
    for (LabelPoint& p : instances.keypoints) p.x *= x, p.y *= y;
}

void shift(Instances& instances, float x, float y) {
    for (image::Box4& box : instances.boxes) box[0] += x, box[1] += y, box[2] += x, box[3] += y;
    for (Polygon& polygon : instances.polygons) {
        for (Point& p : polygon) p.x += x, p.y += y;
    }
    for (LabelPoint& p : instances.keypoints) p.x += x, p.y += y;
}

void clip(Instances& instances, Size canvas, OutlineKind kind) {
    const auto width = static_cast<float>(canvas.width), height = static_cast<float>(canvas.height);
    for (image::Box4& box : instances.boxes) box = clipped(box, width, height);
    for (std::size_t i = 0; i < instances.polygons.size(); ++i) {
        Polygon& polygon = instances.polygons[i];
        if (kind == OutlineKind::rotated_box) {
            if (auto part = clip_rotated(polygon, canvas)) {
                polygon = std::move(part->polygon);
                instances.boxes[i] = part->extent;
            }
        } else {
            for (Point& p : polygon) p.x = std::clamp(p.x, 0.0f, width), p.y = std::clamp(p.y, 0.0f, height);
        }
    }
    for (LabelPoint& p : instances.keypoints) {
        if (p.x < 0 || p.x > width || p.y < 0 || p.y > height) p.visibility = 0;
        p.x = std::clamp(p.x, 0.0f, width), p.y = std::clamp(p.y, 0.0f, height);
    }
}

void keep(Instances& instances, const std::vector<std::size_t>& places) {
    const auto each = static_cast<std::size_t>(instances.keypoints_each);
    Instances kept;
    kept.keypoints_each = instances.keypoints_each;
    for (const std::size_t i : places) {
        kept.classes.push_back(instances.classes[i]);
        kept.boxes.push_back(instances.boxes[i]);
        if (!instances.polygons.empty()) kept.polygons.push_back(std::move(instances.polygons[i]));
        if (!instances.keypoints.empty()) {
            const auto first = instances.keypoints.begin() + static_cast<std::ptrdiff_t>(i * each);
            kept.keypoints.insert(kept.keypoints.end(), first, first + static_cast<std::ptrdiff_t>(each));
        }
    }
    instances = std::move(kept);
}

void drop_empty(Instances& instances) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (area(instances.boxes[i]) > 0) places.push_back(i);
    }
    if (places.size() < instances.size()) keep(instances, places);
}

void append(Instances& instances, Instances more) {
    const auto add = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    add(instances.classes, more.classes);
    add(instances.boxes, more.boxes);
    add(instances.polygons, more.polygons);
    add(instances.keypoints, more.keypoints);
    instances.keypoints_each = std::max(instances.keypoints_each, more.keypoints_each);
}

float covered_share(const image::Box4& cover, const image::Box4& box) {
    const float width = std::min(cover[2], box[2]) - std::max(cover[0], box[0]);
    const float height = std::min(cover[3], box[3]) - std::max(cover[1], box[1]);
    if (width <= 0 || height <= 0) return 0;
    return width * height / (area(box) + 1e-7f);
}

}  // namespace yolo::data

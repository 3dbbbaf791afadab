// SPDX-License-Identifier: Apache-2.0
#include "metrics/coco_overlap.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::metrics {

namespace {

double box_overlap(const CocoBox& object, const CocoBox& detection, bool crowd) {
    const double width =
        std::min(object[0] + object[2], detection[0] + detection[2]) - std::max(object[0], detection[0]);
    const double height =
        std::min(object[1] + object[3], detection[1] + detection[3]) - std::max(object[1], detection[1]);
    if (width <= 0 || height <= 0) return 0;
    const double common = width * height, detected = detection[2] * detection[3];
    return common / (crowd ? detected : detected + object[2] * object[3] - common);
}

std::vector<CocoBox> extents(const std::vector<RunLength>& masks) {
    std::vector<CocoBox> boxes;
    boxes.reserve(masks.size());
    for (const RunLength& mask : masks) boxes.push_back(extent(mask));
    return boxes;
}

void check_counts(std::size_t have, std::size_t want, const char* what) {
    if (have == want) return;
    throw Error(
        fmt::format("COCO evaluation: {} {} were given for {} entries: give one each", have, what, want));
}

}  // namespace

CocoOverlap::CocoOverlap(const CocoTruth& truth, const CocoDetections& detections, CocoKind kind,
                         std::vector<double> sigmas)
    : truth_(truth), detections_(detections), kind_(kind), variances_(std::move(sigmas)) {
    for (double& sigma : variances_) sigma = 4 * sigma * sigma;
    if (kind == CocoKind::masks) {
        check_counts(truth.masks.size(), truth.objects.size(), "masks of objects");
        check_counts(detections.masks.size(), detections.items.size(), "masks of detections");
        object_extents_ = extents(truth.masks);
        detection_extents_ = extents(detections.masks);
    }
    if (kind == CocoKind::keypoints) {
        const std::size_t values = 3 * variances_.size();
        check_counts(truth.keypoints.size(), truth.objects.size() * values, "numbers of objects' keypoints");
        check_counts(detections.keypoints.size(), detections.items.size() * values,
                     "numbers of detections' keypoints");
    }
}

double CocoOverlap::operator()(std::size_t object, std::size_t detection) const {
    if (kind_ == CocoKind::masks) return of_masks(object, detection);
    if (kind_ == CocoKind::keypoints) return of_keypoints(object, detection);
    return box_overlap(truth_.objects[object].box, detections_.items[detection].box,
                       truth_.objects[object].crowd);
}

double CocoOverlap::of_masks(std::size_t object, std::size_t detection) const {
    const bool crowd = truth_.objects[object].crowd;
    if (box_overlap(object_extents_[object], detection_extents_[detection], crowd) <= 0) return 0;
    const std::int64_t common = intersection(truth_.masks[object], detections_.masks[detection]);
    if (common == 0) return 0;
    const std::int64_t detected = area(detections_.masks[detection]);
    const std::int64_t whole = crowd ? detected : detected + area(truth_.masks[object]) - common;
    return static_cast<double>(common) / static_cast<double>(whole);
}

double CocoOverlap::of_keypoints(std::size_t object, std::size_t detection) const {
    const std::size_t points = variances_.size();
    const double* truth = &truth_.keypoints[object * 3 * points];
    const double* found = &detections_.keypoints[detection * 3 * points];
    const CocoBox& box = truth_.objects[object].box;
    const double scale = 2 * (truth_.objects[object].area + coco_eps);
    std::size_t labelled = 0;
    for (std::size_t k = 0; k < points; ++k) labelled += truth[3 * k + 2] > 0 ? 1 : 0;
    // How far a coordinate lies outside of the box enlarged by its own size on either side.
    const auto outside = [](double x, double begin, double length) {
        return std::max(begin - length - x, 0.0) + std::max(x - (begin + 2 * length), 0.0);
    };
    double sum = 0;
    for (std::size_t k = 0; k < points; ++k) {
        if (labelled > 0 && truth[3 * k + 2] <= 0) continue;
        const double x = found[3 * k], y = found[3 * k + 1];
        const double dx = labelled > 0 ? x - truth[3 * k] : outside(x, box[0], box[2]);
        const double dy = labelled > 0 ? y - truth[3 * k + 1] : outside(y, box[1], box[3]);
        sum += std::exp(-(dx * dx + dy * dy) / variances_[k] / scale);
    }
    return sum / static_cast<double>(labelled > 0 ? labelled : points);
}

}  // namespace yolo::metrics

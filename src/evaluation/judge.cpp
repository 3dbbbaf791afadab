// SPDX-License-Identifier: Apache-2.0
#include "evaluation/judge.hpp"

#include "core/keypoint_sigmas.hpp"
#include "metrics/matching.hpp"
#include "metrics/overlap_matrix.hpp"

namespace yolo::evaluation {

Judge::Judge(const ModelInfo& info, Options options) : info_(info), options_(std::move(options)) {
    using Background = metrics::ConfusionMatrix::Background;
    const bool classify = info.task == Task::classify;
    if (classify) {
        classification_ = std::make_shared<metrics::ClassificationMetrics>();
    } else {
        detection_ = std::make_shared<metrics::DetectionMetrics>(info.task, info.names);
    }
    if (options_.confusion)
        confusion_.emplace(info.class_count(), classify ? Background::none : Background::last);
    if (info.task == Task::pose) sigmas_ = keypoint_sigmas(info.kpt_shape, options_.kpt_sigmas);
}

void Judge::add(std::size_t order, const PictureObjects& labels, const PictureObjects& found) {
    if (classification_) return add_class(labels, found);
    take(order, verdict(labels, found));
}

void Judge::add_class(const PictureObjects& labels, const PictureObjects& found) {
    const int target = labels.classes.at(0);
    const std::lock_guard lock(mutex_);
    const int predicted = classification_->add(found.probabilities, target);
    if (confusion_) confusion_->add(predicted, target);
}

metrics::OverlapMatrix Judge::second_overlaps(const PictureObjects& labels,
                                              const PictureObjects& found) const {
    if (info_.task == Task::segment) return metrics::mask_overlaps(labels.masks, found.masks);
    std::vector<float> areas;
    for (const auto& [x1, y1, x2, y2] : labels.boxes)
        areas.push_back(metrics::keypoint_area(x2 - x1, y2 - y1));
    return metrics::keypoint_overlaps({.objects = labels.keypoints,
                                       .areas = areas,
                                       .predictions = found.keypoints,
                                       .prediction_values = found.keypoint_values,
                                       .sigmas = sigmas_});
}

PictureVerdict Judge::verdict(const PictureObjects& labels, const PictureObjects& found) {
    const metrics::OverlapMatrix overlaps = info_.task == Task::obb
                                                ? metrics::rotated_overlaps(labels.rotated, found.rotated)
                                                : metrics::box_overlaps(labels.boxes, found.boxes);
    PictureVerdict verdict{labels.classes, found.classes, found.scores, {}, {}};
    verdict.hits = metrics::match_predictions(overlaps, labels.classes, found.classes, found.scores);
    if (detection_->has_second()) {
        verdict.second_hits = metrics::match_predictions(second_overlaps(labels, found), labels.classes,
                                                         found.classes, found.scores);
    }
    if (confusion_) {
        const std::lock_guard lock(mutex_);
        confusion_->add_picture(overlaps, labels.classes, found.classes, found.scores,
                                options_.confusion_conf);
    }
    return verdict;
}

/// Verdicts enter the metrics in the order of the run, so that detections of equal score do.
void Judge::take(std::size_t order, PictureVerdict verdict) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(order, std::move(verdict));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
         first = waiting_.erase(first), ++next_) {
        const PictureVerdict& v = first->second;
        detection_->add({.object_classes = v.object_classes,
                         .predicted_classes = v.predicted_classes,
                         .scores = v.scores,
                         .hits = v.hits,
                         .second_hits = v.second_hits});
    }
}

void Judge::finish(int threads) {
    if (detection_) detection_->compute(threads);
}

}  // namespace yolo::evaluation

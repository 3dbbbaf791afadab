// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <yolo/model_info.hpp>

#include "core/json.hpp"
#include "metrics/average_precision.hpp"
#include "metrics/matching.hpp"

namespace yolo::metrics {

/// One picture's objects and predictions, compared. `second_hits`: by mask or keypoints (segment, pose).
struct JudgedPicture {
    std::span<const int> object_classes;
    std::span<const int> predicted_classes;
    std::span<const float> scores;
    std::span<const Hits> hits;
    std::span<const Hits> second_hits = {};
};

/// The metrics of detect, segment, pose and obb. Segment and pose are judged twice: by their boxes, and by
/// their masks or keypoints.
class DetectionMetrics {
  public:
    DetectionMetrics(Task task, Names names);

    void add(const JudgedPicture& picture);
    /// Computes the tables; call it after the last add().
    void compute(int threads = 1);

    Task task() const { return task_; }
    const Names& names() const { return names_; }
    std::size_t objects() const;
    std::size_t objects_of(int class_id) const {
        return objects_per_class_[static_cast<std::size_t>(class_id)];
    }
    std::size_t pictures_with(int class_id) const {
        return pictures_per_class_[static_cast<std::size_t>(class_id)];
    }

    bool has_second() const { return task_ == Task::segment || task_ == Task::pose; }
    const PrecisionTable& boxes() const { return boxes_; }
    const PrecisionTable& second() const { return second_; }  ///< masks or keypoints

    double fitness() const;  ///< mAP50-95; segment and pose: of boxes and masks (keypoints) added
    /// mAP50-95 per class of all names, as fitness().
    std::vector<double> maps() const;
    /// metrics/precision(B) ... and fitness, in the order of results.csv.
    std::vector<std::pair<std::string, double>> results() const;
    /// One object per class that has objects; numbers with 5 decimals.
    Json summary() const;

  private:
    Task task_;
    Names names_;
    std::vector<ScoredHit> predictions_;
    std::vector<Hits> second_hits_;  ///< of each of predictions_
    std::vector<std::size_t> objects_per_class_, pictures_per_class_;
    PrecisionTable boxes_, second_;
};

}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "evaluation/objects.hpp"
#include "metrics/classification_metrics.hpp"
#include "metrics/confusion_matrix.hpp"
#include "metrics/detection_metrics.hpp"

namespace yolo::evaluation {

/// What judging one picture gives.
struct PictureVerdict {
    std::vector<int> object_classes, predicted_classes;
    std::vector<float> scores;
    std::vector<metrics::Hits> hits, second_hits;
};

/// Compares what was found with the labels, picture by picture, from any thread and in any order; the metrics
/// do not depend on either.
class Judge {
  public:
    struct Options {
        double confusion_conf = 0.001;  ///< detections above it enter the confusion matrix
        bool confusion = false;
        std::vector<float> kpt_sigmas = {};  ///< pose; empty = by the number of points
    };
    Judge(const ModelInfo& info, Options options);

    /// `order`: the picture's place in the run, 0, 1, ... without gaps.
    void add(std::size_t order, const PictureObjects& labels, const PictureObjects& found);

    /// After the last add(): every figure is computed.
    void finish(int threads);

    /// detect, segment, pose, obb; else null.
    std::shared_ptr<const metrics::DetectionMetrics> detection() const { return detection_; }
    std::shared_ptr<const metrics::ClassificationMetrics> classification() const { return classification_; }
    const std::optional<metrics::ConfusionMatrix>& confusion() const { return confusion_; }

  private:
    void add_class(const PictureObjects& labels, const PictureObjects& found);
    PictureVerdict verdict(const PictureObjects& labels, const PictureObjects& found);
    metrics::OverlapMatrix second_overlaps(const PictureObjects& labels, const PictureObjects& found) const;
    void take(std::size_t order, PictureVerdict verdict);

    const ModelInfo info_;
    const Options options_;
    std::vector<float> sigmas_;
    std::shared_ptr<metrics::DetectionMetrics> detection_;
    std::shared_ptr<metrics::ClassificationMetrics> classification_;
    std::optional<metrics::ConfusionMatrix> confusion_;

    std::mutex mutex_;
    std::map<std::size_t, PictureVerdict> waiting_;  ///< judged before their turn
    std::size_t next_ = 0;
};

}  // namespace yolo::evaluation

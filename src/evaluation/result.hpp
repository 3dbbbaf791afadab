// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <yolo/commands.hpp>

#include "metrics/classification_metrics.hpp"
#include "metrics/confusion_matrix.hpp"
#include "metrics/detection_metrics.hpp"

namespace yolo::evaluation {

/// A row of the table: `all`, or one class that has labels.
struct ValRow {
    std::string name;
    std::size_t pictures = 0;   ///< all: every picture; a class: those that show it
    std::size_t instances = 0;  ///< labels
    /// P, R, mAP50, mAP50-95 of boxes, then of masks or keypoints; classify: top 1, top 5.
    std::vector<double> values;
    std::vector<double> map75 = {};  ///< of boxes, then of masks or keypoints; classify: none
};

/// Milliseconds per picture of wall-clock time.
struct ValSpeed {
    double preprocess = 0;  ///< waiting for pictures that are still being read
    double inference = 0;   ///< network (in training with its losses)
    double loss = 0;
    double postprocess = 0;  ///< suppression and matching
};

/// What a validation found.
struct ValResult {
    /// "metrics/precision(B)", ... in the order of results.csv.
    MetricList metrics;
    double fitness = 0;
    std::vector<double> losses;  ///< mean over the batches, in the order of loss_names(); none without
    std::size_t pictures = 0, instances = 0;
    std::vector<ValRow> rows;  ///< `all` first
    std::vector<double> maps;  ///< mAP50-95 by class (segment, pose: of both parts); without labels: the mean
    ValSpeed speed;
    bool cancelled = false;  ///< by the caller: of what was seen until then
    /// Pictures of the data set that could not be read: their labels count neither as found nor as missed.
    std::vector<std::size_t> unreadable;
    std::vector<std::string> warnings;  ///< for the log, each picture named once in the validator's life

    // For figures: the one of the two that the task has, and the matrix when it was asked for.
    std::shared_ptr<const metrics::DetectionMetrics> detection;
    std::shared_ptr<const metrics::ClassificationMetrics> classification;
    std::optional<metrics::ConfusionMatrix> confusion;

    double metric(const std::string& key) const;            ///< 0 when there is none of that name
    void set_metric(const std::string& key, double value);  ///< under its key, or behind the others
};

/// Of each class with labels, as a user of the library gets them.
std::vector<ClassFigures> class_figures(const ValResult& result);

}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/matching.hpp"

namespace yolo::metrics {

/// What is remembered of a prediction: 8 bytes.
struct ScoredHit {
    float score = 0;
    std::uint16_t class_id = 0;
    Hits hits = 0;
};

/// Points of every curve: scores (or recalls) 0, 1/999, ... 1.
constexpr int curve_points = 1000;
double curve_x(int point);

/// Precision and recall of one class. Curves have `curve_points` values.
struct ClassPrecision {
    int class_id = 0;
    std::size_t objects = 0;
    double precision = 0, recall = 0, f1 = 0;     ///< at the operating point, overlap .5
    std::array<double, threshold_count> ap = {};  ///< area under precision over recall at each threshold
    std::vector<double> precision_curve = {}, recall_curve = {},
                        f1_curve = {};             ///< over the score, overlap .5
    std::vector<double> precision_at_recall = {};  ///< over recall, overlap .5

    double ap50() const { return ap[0]; }
    double ap75() const { return ap[5]; }
    double mean_ap() const;  ///< over the thresholds
};

/// Precision of all classes that have objects, in ascending order of their index. Means are over these; 0
/// when there are none.
struct PrecisionTable {
    std::vector<ClassPrecision> classes;
    int operating_point = 0;  ///< of the curves: where the smoothed mean F1 is highest

    double precision() const;
    double recall() const;
    double map50() const;
    double map75() const;
    double map() const;  ///< mAP50-95
    /// mAP50-95 of each of `count` classes; those without objects have the mean.
    std::vector<double> maps(int count) const;
};

/// `objects_per_class` says how many objects of each class there are. Predictions of equal score count in
/// their order. `threads` 0: as many as there are processors.
PrecisionTable average_precision(std::span<const ScoredHit> predictions,
                                 std::span<const std::size_t> objects_per_class, int threads = 1);

/// Area under a precision-recall curve: trapezoids over 101 recalls under the envelope of the precision.
double area_under_curve(std::span<const double> recall, std::span<const double> precision);

/// A box filter of `fraction` of the values' length, the ends repeated.
std::vector<double> box_smoothed(std::span<const double> values, double fraction = 0.1);
/// The mean of the classes' curves: of ClassPrecision::f1_curve and its like.
std::vector<double> mean_curve(const PrecisionTable& table, std::vector<double> ClassPrecision::*curve);

}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/overlap_matrix.hpp"

namespace yolo::metrics {

/// The overlaps at which predictions are judged: .50, .55, ... .95.
constexpr int threshold_count = 10;
const std::array<float, threshold_count>& overlap_thresholds();

/// Bit t is set when a prediction is a true positive at threshold t.
using Hits = std::uint16_t;

inline bool is_hit(Hits hits, int threshold) {
    return (hits >> threshold & 1) != 0;
}

/// Walks the predictions by descending score (equal ones in their order). At each threshold a prediction
/// takes the object of its class, not yet taken there, that it overlaps most, if that is at least the
/// threshold. Returns one entry per prediction, in the order given.
std::vector<Hits> match_predictions(const OverlapMatrix& overlaps, std::span<const int> object_classes,
                                    std::span<const int> predicted_classes, std::span<const float> scores);

}  // namespace yolo::metrics

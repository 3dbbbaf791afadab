// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <yolo/log.hpp>

#include "core/tensor.hpp"
#include "graph/graph.hpp"
#include "train/learner.hpp"

namespace yolo::train {

/// How far the outputs of a network in two precisions are apart.
struct Disagreement {
    bool finite = true;
    double probability =
        0;  ///< mean difference of the compared anchors' confidences; classify: of pictures' worst
    double overlap = 1;  ///< mean IoU of the compared anchors' boxes in the two
    bool is_harmless() const;
};

/// Compares what decode_outputs() gave. Detection heads: the anchors with a confidence of at least 0.25 in
/// `exact`, or the ten strongest of each picture where there are none. Classify: the
/// probability that differs most in each picture.
Disagreement compare_outputs(const graph::Graph& graph, const std::vector<Tensor>& exact,
                             const std::vector<Tensor>& rounded);

/// How many times as fast as `exact` a step in `mixed` is. `seconds` runs one and says how long it took.
/// Both run in turns; the first ones, which prepare what the later ones find, do not count; of the others
/// the medians do, so that a busy moment decides nothing. Few steps, fewer when they are long.
double measured_speedup(const std::function<double(Precision)>& seconds, Precision mixed);

/// What came of the check of mixed precision, and the line that says so.
struct PrecisionChoice {
    Precision precision;
    LogLevel level;
    std::string line;
};
/// `mixed`, if it computes what fp32 does and is faster by so much that rounding is worth it, else fp32.
PrecisionChoice choose_precision(Precision mixed, bool agrees, double speedup);

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/tensor.hpp"
#include "graph/graph.hpp"

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

}  // namespace yolo::train

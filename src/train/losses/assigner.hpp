// SPDX-License-Identifier: Apache-2.0
/// \file Task-aligned assignment (Feng et al., TOOD, arXiv:2108.07755): which anchors learn which object.
/// Only the anchors inside of an object are visited.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "train/losses/targets.hpp"

namespace yolo::train {

/// Anchors of one level: one per cell, at its centre.
struct AnchorGrid {
    int height = 0, width = 0, stride = 1;
};

struct AssignerOptions {
    bool rotated = false;
    int topk = 10;                 ///< anchors per object
    float alpha = 0.5f, beta = 6;  ///< the metric is probability^alpha overlap^beta
    float shortest_side =
        16;  ///< pixels; shorter sides of objects count as that when anchors inside are sought
};

/// An anchor that learns an object.
struct Assignment {
    int anchor = 0;   ///< in the list of all: level after level, row-major
    int object = 0;   ///< index among the picture's objects
    float score = 0;  ///< the class target, 0..1
};

/// Per object the anchors inside of it, ascending.
std::vector<std::vector<int>> find_candidates(std::span<const AnchorGrid> grids,
                                              std::span<const TargetObject> objects,
                                              const AssignerOptions& options);

/// The predictions of one picture.
struct PredictionView {
    std::span<const std::array<float, 5>>
        boxes;  ///< by anchor, pixels, as TargetObject::box; read at candidates
    std::function<float(int anchor, int class_id)> probability;
};

/// Sorted by anchor; an anchor has one object at most.
std::vector<Assignment> assign(std::span<const std::vector<int>> candidates,
                               std::span<const TargetObject> objects, const PredictionView& predictions,
                               const AssignerOptions& options);

}  // namespace yolo::train

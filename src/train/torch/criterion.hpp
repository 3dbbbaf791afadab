// SPDX-License-Identifier: Apache-2.0
/// \file Losses of a task: from head maps and targets to the sum that is differentiated.
#pragma once

#include <memory>
#include <vector>

#include "data/batch.hpp"
#include "graph/graph.hpp"
#include "train/learner.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::train {

struct LossValues {
    at::Tensor total;          ///< scalar: sum of gain * item, times the number of pictures (classify: not)
    std::vector<float> items;  ///< in the order of loss_names(), with gains, without the number of pictures
};

/// One task's losses. Keeps no state between batches.
class Criterion {
  public:
    virtual ~Criterion() = default;
    /// `input`: the network's input size in pixels (what the boxes' shares are of).
    virtual LossValues operator()(const HeadMaps& maps, const data::Batch& targets, Size input) const = 0;
};

std::unique_ptr<Criterion> make_criterion(const graph::Graph& graph, const LearnerOptions& options);

/// Head maps as the inference network would give them: output0 (N, 4 + nc + extra, A) and, for segment,
/// output1, the prototypes; classify: (N, nc) probabilities. float32 on the CPU.
std::vector<Tensor> decode_outputs(const graph::Graph& graph, const HeadMaps& maps, Size input);

}  // namespace yolo::train

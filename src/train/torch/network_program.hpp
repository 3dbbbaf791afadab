// SPDX-License-Identifier: Apache-2.0
/// \file The training-stage Graph as a list of steps, with what belongs together in one step.
#pragma once

#include <vector>

#include "graph/graph.hpp"

namespace yolo::train {

/// Some nodes that run as one.
struct Step {
    enum class Kind {
        node,             ///< one op by itself
        batch_norm_silu,  ///< BatchNorm, Silu
        split             ///< Slices of one value that cover its channels in order
    };
    Kind kind = Kind::node;
    std::vector<const graph::Node*> nodes;
    std::vector<graph::ValueId> inputs, outputs;
    std::vector<graph::ValueId> last_uses;  ///< values that neither a later step nor the caller needs
};

/// The steps in execution order. They point into `graph`.
std::vector<Step> make_steps(const graph::Graph& graph);

}  // namespace yolo::train

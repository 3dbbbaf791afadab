// SPDX-License-Identifier: Apache-2.0
/// \file The training-stage Graph as a list of steps, with what belongs together in one step.
#pragma once

#include <cstddef>
#include <utility>
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

/// Runs a step over the values of a pass: `run(step, inputs)` returns those of its outputs, in order. Values
/// that are used for the last time are let go of before, so that `run` may overwrite what it alone holds.
template <class Value, class Run>
void run_step(const Step& step, std::vector<Value>& values, const Run& run) {
    const auto value = [&](graph::ValueId id) -> Value& { return values.at(static_cast<std::size_t>(id)); };
    std::vector<Value> inputs;
    for (const graph::ValueId id : step.inputs) inputs.push_back(value(id));
    for (const graph::ValueId id : step.last_uses) value(id) = Value();
    std::vector<Value> outputs = run(step, inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) value(step.outputs[i]) = std::move(outputs[i]);
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
/// \file The lowering of a graph for one input size: an ordered list of steps on maps, and where their
/// buffers lie in the arena. Nothing here touches oneDNN or memory.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "engines/cpu/fusion.hpp"
#include "engines/cpu/machine.hpp"
#include "engines/cpu/map.hpp"

namespace yolo::engines::cpu {

struct ConvStep {
    graph::Conv op;
    Map source, target;
    Activation activation = Activation::none;
    std::optional<Map> residual;  ///< laid out as the target
    double weight_scale = 1;      ///< the input's 1/255, when the weights take it over
};
struct WinogradStep {  ///< a ConvStep that our own kernel does
    ConvStep conv;
};
struct DeconvStep {
    graph::ConvTranspose op;
    Map source, target;
};
struct PoolStep {
    graph::MaxPool op;
    Map source, target;
};
struct CopyStep {  ///< also nearest upsampling
    Map source, target;
    int scale = 1;
};
struct ActivationStep {
    Activation activation = Activation::none;
    Map source, target;
};
struct AddStep {
    Map left, right, target;
};
struct AverageStep {
    Map source, target;
};
struct LinearStep {
    graph::Linear op;
    Map source, target;
};
struct SoftmaxStep {
    Map source, target;
};
struct DecodeStep {
    graph::DecodeHead op;
    std::vector<Map> maps;
    std::size_t output = 0;  ///< which of the engine's outputs
};
struct DeliverStep {  ///< copies a value to an output, dense NCHW float32
    Map source;
    std::size_t output = 0;
};

using StepKind = std::variant<ConvStep, WinogradStep, DeconvStep, PoolStep, CopyStep, ActivationStep, AddStep,
                              AverageStep, LinearStep, SoftmaxStep, DecodeStep, DeliverStep>;

struct Step {
    std::string name;  ///< the node's; parameters are found under it
    StepKind kind;
    std::string op = {};     ///< for a profile: the node's, with what is fused into it
    Shape output = {};       ///< for one picture
    std::int64_t flops = 0;  ///< graph::operation_count()
};

struct Plan {
    Map input;
    bool scaled_input = true;  ///< the input's values are 0..1; otherwise 0..255, exact in bf16
    std::vector<Step> steps;
    std::vector<Shape> outputs;               ///< for one picture
    std::vector<std::size_t> buffer_offsets;  ///< in the arena, by buffer
    std::size_t arena_bytes = 0;
};

/// Throws Error when the graph does not fit the shape (1, C, H, W).
Plan make_plan(const graph::Graph& graph, const Shape& input, const Machine& machine, Precision precision);

}  // namespace yolo::engines::cpu

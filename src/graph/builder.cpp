// SPDX-License-Identifier: Apache-2.0
#include "graph/builder.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"

namespace yolo::graph {

namespace {

// Bounds of what a description may ask for, far above every real model (YOLOv8x has 500 nodes and 1,280
// channels).
constexpr std::size_t most_nodes = 20'000;
constexpr std::int64_t most_channels = 1 << 16;

struct OutputChannels {
    const std::vector<std::int64_t>& inputs;

    std::int64_t operator()(const Conv& conv) const { return conv.out_channels; }
    std::int64_t operator()(const ConvTranspose& conv) const { return conv.out_channels; }
    std::int64_t operator()(const Linear& linear) const { return linear.out_features; }
    std::int64_t operator()(const Slice& slice) const {
        return slice.axis == 1 ? slice.end - slice.begin : inputs.at(0);
    }
    std::int64_t operator()(const Concat& concat) const {
        if (concat.axis != 1) return inputs.at(0);
        std::int64_t sum = 0;
        for (const std::int64_t channels : inputs) sum += channels;
        return sum;
    }
    std::int64_t operator()(
        const OneOf<BatchNorm, Silu, Relu, Add, MaxPool, Upsample, GlobalAveragePool, Dropout, Softmax,
                    Sigmoid, Sin, Cos, Sub, Mul, Scale, MatMul, Unflatten> auto&) const {
        return inputs.at(0);
    }
    std::int64_t operator()(const Reshape& reshape) const {
        const bool told = reshape.dims.size() > 1 && reshape.dims[1] > 0;
        return told ? reshape.dims[1] : inputs.at(0);
    }
    std::int64_t operator()(const Transpose& transpose) const {
        if (transpose.perm.size() < 2 || transpose.perm[1] != 1)
            throw Error("a block cannot move the axis of the channels");
        return inputs.at(0);
    }
    /// Blocks are made of ops whose channels are known from those of their inputs.
    std::int64_t operator()(const OneOf<Input, WeightedSum, Constant, CellCenters, DecodeHead,
                                        NonMaxSuppression> auto& op) const {
        throw Error(fmt::format("a block cannot be made of {}", op_name(op)));
    }
};

}  // namespace

Builder::Builder(int channels) {
    graph.nodes.push_back({"images", Input{channels}, {}, 0, -1});
    graph.value_count = 1;
    channels_.push_back(channels);
}

ValueId Builder::emit(std::string name, Op op, std::vector<ValueId> inputs) {
    if (graph.nodes.size() >= most_nodes)
        throw Error(fmt::format("a model of more than {} nodes", most_nodes));
    std::vector<std::int64_t> input_channels;
    for (const ValueId input : inputs) input_channels.push_back(channels(input));
    const std::int64_t output_channels = std::visit(OutputChannels{input_channels}, op);
    if (output_channels < 1 || output_channels > most_channels) {
        throw Error(fmt::format("{} would have {} channels; 1 to {} are possible", name, output_channels,
                                most_channels));
    }
    const ValueId output = graph.value_count++;
    channels_.push_back(static_cast<int>(output_channels));
    graph.nodes.push_back({std::move(name), std::move(op), std::move(inputs), output, layer});
    return output;
}

void Builder::add_module(const std::string& path) {
    graph.modules.push_back(path);
    add_leaf();
}

void Builder::add_activation() {
    if (!activation_counted_) add_leaf();
    activation_counted_ = true;
}

ValueId Scope::emit(Op op, std::vector<ValueId> inputs) const {
    return builder.emit(path, std::move(op), std::move(inputs));
}

}  // namespace yolo::graph

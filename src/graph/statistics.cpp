// SPDX-License-Identifier: Apache-2.0
#include "core/visit.hpp"
#include "graph/operations.hpp"
#include "graph/passes.hpp"

namespace yolo::graph {

namespace {

struct Operations {
    const std::vector<Shape>& inputs;
    const Shape& output;

    std::int64_t operator()(const Conv& conv) const {
        return 2 * element_count(output) * (conv.in_channels / conv.groups) * conv.kernel * conv.kernel;
    }
    std::int64_t operator()(const ConvTranspose& conv) const {
        return 2 * element_count(inputs.at(0)) * conv.out_channels * conv.kernel * conv.kernel;
    }
    std::int64_t operator()(const Linear& linear) const {
        return 2 * element_count(output) * linear.in_features;
    }
    std::int64_t operator()(const BatchNorm&) const { return 8 * element_count(output); }
    std::int64_t operator()(const GlobalAveragePool&) const { return 2 * element_count(inputs.at(0)); }
    std::int64_t operator()(const DecodeHead& head) const {  // the DFL averages the bins of each side
        std::int64_t bins = 0;
        for (std::size_t i = 0; head.reg_max > 1 && i < head.strides.size(); ++i)
            bins += element_count(inputs.at(i));
        return 2 * bins;
    }
    std::int64_t operator()(
        const OneOf<Input, Silu, Relu, Add, Concat, Slice, MaxPool, Upsample, Dropout, Softmax, Sigmoid, Sin,
                    Cos, Sub, Mul, Scale, WeightedSum, Reshape, Transpose, MatMul, Unflatten, Constant,
                    CellCenters, NonMaxSuppression> auto&) const {
        return 0;
    }
};

}  // namespace

std::int64_t operation_count(const Op& op, const std::vector<Shape>& inputs, const Shape& output) {
    return std::visit(Operations{inputs, output}, op);
}

GraphStatistics statistics(const Graph& graph, int imgsz) {
    GraphStatistics result;
    result.layers = graph.leaf_modules;

    const std::vector<Shape> shapes =
        infer_shapes(graph, {1, std::get<Input>(graph.producer(graph.input()).op).channels, imgsz, imgsz});
    std::int64_t operations = 0;
    for (const Node& node : graph.nodes) {
        for (const Parameter& parameter : parameters_of(node.op)) {
            if (!parameter.buffer) result.gradients += element_count(parameter.shape);
        }
        std::vector<Shape> inputs;
        for (const ValueId input : node.inputs) inputs.push_back(shapes.at(static_cast<std::size_t>(input)));
        operations += operation_count(node.op, inputs, shapes.at(static_cast<std::size_t>(node.output)));
    }
    const bool has_bins = graph.head && !graph.head->dfl.empty();
    if (has_bins && graph.stage != Stage::inference) {  // there they are the DecodeHead's
        for (const ValueId box : graph.head->box.maps)
            operations += 2 * element_count(shapes.at(static_cast<std::size_t>(box)));
    }
    result.gflops = static_cast<double>(operations) / 1e9;
    result.parameters =
        result.gradients + (has_bins ? graph.head->decode.reg_max : 0);  // the DFL's frozen kernel
    if (graph.stage != Stage::training) result.gradients = 0;
    return result;
}

}  // namespace yolo::graph

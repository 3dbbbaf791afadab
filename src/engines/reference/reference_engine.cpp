// SPDX-License-Identifier: Apache-2.0
#include "engines/reference/reference_engine.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/permute.hpp"
#include "core/visit.hpp"
#include "engines/batch.hpp"
#include "engines/reference/ops.hpp"

namespace yolo::engines {

namespace {

class ReferenceEngine final : public Engine {
  public:
    explicit ReferenceEngine(graph::Network network) : network_(std::move(network)) {
        for (auto& [name, tensor] : network_.weights) tensor = tensor.to_f32();
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, input_channels(network_.graph));
        const std::vector<Shape> shapes =
            infer_shapes(network_.graph, {shape.count, shape.channels, shape.height, shape.width});
        std::vector<Tensor> values(static_cast<std::size_t>(network_.graph.value_count));
        values.at(0) = from_planar(float_input(batch, shape));
        for (const graph::Node& node : network_.graph.nodes) {
            std::vector<Tensor> inputs;
            for (const graph::ValueId id : node.inputs)
                inputs.push_back(values.at(static_cast<std::size_t>(id)));
            if (!std::holds_alternative<graph::Input>(node.op))
                values.at(static_cast<std::size_t>(node.output)) =
                    run_node(node, inputs, shapes.at(static_cast<std::size_t>(node.output)));
        }
        std::vector<Tensor> outputs;
        for (const graph::ValueId id : network_.graph.outputs)
            outputs.push_back(values.at(static_cast<std::size_t>(id)));
        return outputs;
    }

    EngineTraits traits() const override { return {}; }

    EngineReport report(int, int) override {
        EngineReport report{{"engine", "reference"}, {"precision", "fp32"}, {"instructions", "plain C++"}};
        std::size_t bytes = 0;
        for (const auto& [name, tensor] : network_.weights) bytes += tensor.bytes();
        report.set("weight_bytes", bytes);
        return report;
    }

  private:
    Tensor weight(const graph::Node& node, const char* suffix) const {
        const auto found = network_.weights.find(node.name + suffix);
        if (found == network_.weights.end())
            throw Error(fmt::format("the network has no weights '{}{}'", node.name, suffix));
        return found->second;
    }

    bool planar() const { return network_.graph.layout == graph::Layout::nchw; }
    /// A map of the graph's layout as NCHW.
    Tensor to_planar(const Tensor& x) const {
        return planar() || x.shape().size() != 4 ? x : permute(x, {0, 3, 1, 2});
    }
    Tensor from_planar(const Tensor& x) const {
        return planar() || x.shape().size() != 4 ? x : permute(x, {0, 2, 3, 1});
    }

    Tensor run_node(const graph::Node& node, const std::vector<Tensor>& in, const Shape& shape) const {
        const auto map = [&] { return to_planar(in[0]); };
        return std::visit(
            Overloaded{[](const graph::Input&) -> Tensor { throw Error("an Input has no inputs"); },
                       [&](const OneOf<graph::Conv, graph::ConvTranspose, graph::BatchNorm, graph::MaxPool,
                                       graph::Upsample> auto& op) {
                           return from_planar(run_map_op(node, op, map()));
                       },
                       [&](const graph::GlobalAveragePool&) { return reference::global_average_pool(map()); },
                       [&](const graph::CellCenters& op) {
                           const Tensor cells = reference::cell_centers(op, map());
                           return planar() ? cells : permute(cells, {0, 2, 1});
                       },
                       [&](const graph::DecodeHead& op) { return reference::decode_head(op, in); },
                       [&](const graph::NonMaxSuppression& op) { return reference::suppress(op, in[0]); },
                       [&](const graph::Linear& op) {
                           return reference::linear(op, in[0], weight(node, ".weight"),
                                                    weight(node, ".bias"));
                       },
                       [&](const graph::Constant&) { return weight(node, ".value"); },
                       [&](const graph::Dropout&) { return in[0]; },
                       [&](const graph::Silu&) { return reference::silu(in[0]); },
                       [&](const graph::Relu&) { return reference::relu(in[0]); },
                       [&](const graph::Sigmoid&) { return reference::sigmoid(in[0]); },
                       [&](const graph::Sin&) { return reference::sine(in[0]); },
                       [&](const graph::Cos&) { return reference::cosine(in[0]); },
                       [&](const graph::Scale& op) { return reference::scale(op, in[0]); },
                       [&](const graph::Add&) { return reference::add(in[0], in[1]); },
                       [&](const graph::Sub&) { return reference::subtract(in[0], in[1]); },
                       [&](const graph::Mul&) { return reference::multiply(in[0], in[1]); },
                       [&](const graph::Concat& op) { return reference::concat(op, in); },
                       [&](const graph::Slice& op) { return reference::slice(op, in[0]); },
                       [&](const graph::Softmax&) { return reference::softmax(in[0]); },
                       [&](const graph::WeightedSum& op) { return reference::weighted_sum(op, in[0]); },
                       [&](const OneOf<graph::Reshape, graph::Unflatten> auto&) {
                           return reference::reshape(in[0], shape);
                       },
                       [&](const graph::MatMul&) { return reference::matrix_product(in[0], in[1]); },
                       [&](const graph::Transpose& op) { return permute(in[0], op.perm); }},
            node.op);
    }

    Tensor run_map_op(const graph::Node& node, const graph::Conv& op, const Tensor& x) const {
        return reference::conv(op, x, weight(node, ".weight"), op.bias ? weight(node, ".bias") : Tensor());
    }
    Tensor run_map_op(const graph::Node& node, const graph::ConvTranspose& op, const Tensor& x) const {
        return reference::conv_transpose(op, x, weight(node, ".weight"),
                                         op.bias ? weight(node, ".bias") : Tensor());
    }
    Tensor run_map_op(const graph::Node& node, const graph::BatchNorm& op, const Tensor& x) const {
        return reference::batch_norm(op, x,
                                     {weight(node, ".weight"), weight(node, ".bias"),
                                      weight(node, ".running_mean"), weight(node, ".running_var")});
    }
    static Tensor run_map_op(const graph::Node&, const graph::MaxPool& op, const Tensor& x) {
        return reference::max_pool(op, x);
    }
    static Tensor run_map_op(const graph::Node&, const graph::Upsample& op, const Tensor& x) {
        return reference::upsample(op, x);
    }

    graph::Network network_;
};

}  // namespace

Engine* make_reference_engine(ModelSource source, const EngineOptions&) {
    return new ReferenceEngine(std::get<graph::Network>(std::move(source)));
}

}  // namespace yolo::engines

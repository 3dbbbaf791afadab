// SPDX-License-Identifier: Apache-2.0
#include "engines/reference/reference_engine.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/overloaded.hpp"
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
        infer_shapes(network_.graph, {shape.count, shape.channels, shape.height, shape.width});  // checks
        std::vector<Tensor> values(static_cast<std::size_t>(network_.graph.value_count));
        values.at(0) = float_input(batch, shape);
        for (const graph::Node& node : network_.graph.nodes) {
            std::vector<Tensor> inputs;
            for (const graph::ValueId id : node.inputs)
                inputs.push_back(values.at(static_cast<std::size_t>(id)));
            if (!std::holds_alternative<graph::Input>(node.op))
                values.at(static_cast<std::size_t>(node.output)) = run_node(node, inputs);
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

    Tensor run_node(const graph::Node& node, const std::vector<Tensor>& in) const {
        const auto bias = [&](bool present) { return present ? weight(node, ".bias") : Tensor(); };
        return std::visit(
            Overloaded{[&](const graph::Conv& op) {
                           return reference::conv(op, in[0], weight(node, ".weight"), bias(op.bias));
                       },
                       [&](const graph::ConvTranspose& op) {
                           return reference::conv_transpose(op, in[0], weight(node, ".weight"),
                                                            bias(op.bias));
                       },
                       [&](const graph::Linear& op) {
                           return reference::linear(op, in[0], weight(node, ".weight"), bias(true));
                       },
                       [&](const graph::Silu&) { return reference::silu(in[0]); },
                       [&](const graph::Relu&) { return reference::relu(in[0]); },
                       [&](const graph::Add&) { return reference::add(in[0], in[1]); },
                       [&](const graph::Concat&) { return reference::concat(in); },
                       [&](const graph::Slice& op) { return reference::slice(op, in[0]); },
                       [&](const graph::MaxPool& op) { return reference::max_pool(op, in[0]); },
                       [&](const graph::Upsample& op) { return reference::upsample(op, in[0]); },
                       [&](const graph::GlobalAveragePool&) { return reference::global_average_pool(in[0]); },
                       [&](const graph::Dropout&) { return in[0]; },
                       [&](const graph::Softmax&) { return reference::softmax(in[0]); },
                       [&](const graph::DecodeHead& op) { return reference::decode_head(op, in); },
                       [&](const auto&) -> Tensor {
                           throw Error(fmt::format("{} ({}) is not part of an inference graph: fold it first",
                                                   node.name, op_name(node.op)));
                       }},
            node.op);
    }

    graph::Network network_;
};

}  // namespace

Engine* make_reference_engine(ModelSource source, const EngineOptions&) {
    return new ReferenceEngine(std::get<graph::Network>(std::move(source)));
}

}  // namespace yolo::engines

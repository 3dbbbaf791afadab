// SPDX-License-Identifier: Apache-2.0
#include "engines/reference/reference_engine.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/overloaded.hpp"
#include "engines/reference/ops.hpp"

namespace yolo::engines {

namespace {

/// (N, C, H, W) float32 RGB 0..1
Tensor planar_input(const Batch& batch, const BatchShape& shape) {
    if (batch.images.dtype() == DType::f32) return batch.images;
    Tensor x = Tensor::allocate(DType::f32, {shape.count, shape.channels, shape.height, shape.width});
    const auto from = batch.images.values<std::uint8_t>();
    const auto to = x.mutable_values<float>();
    const auto plane = static_cast<std::size_t>(shape.height * shape.width);
    const auto channels = static_cast<std::size_t>(shape.channels);
    for (std::size_t i = 0; i < to.size(); ++i) {
        const std::size_t n = i / plane / channels, c = i / plane % channels, p = i % plane;
        const std::size_t interleaved = (n * plane + p) * channels + (channels - 1 - c);  // BGR
        to[i] = static_cast<float>(from[batch.layout == Batch::Layout::nhwc_bgr ? interleaved : i]) / 255.0f;
    }
    return x;
}

class ReferenceEngine final : public Engine {
  public:
    explicit ReferenceEngine(graph::Network network) : network_(std::move(network)) {
        for (auto& [name, tensor] : network_.weights) tensor = tensor.to_f32();
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, network_.graph);
        infer_shapes(network_.graph, {shape.count, shape.channels, shape.height, shape.width});  // checks
        std::vector<Tensor> values(static_cast<std::size_t>(network_.graph.value_count));
        values.at(0) = planar_input(batch, shape);
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

    EngineReport report(int, int) override {
        EngineReport report{"reference", "fp32", "plain C++", 0, 0};
        for (const auto& [name, tensor] : network_.weights) report.weight_bytes += tensor.bytes();
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

std::unique_ptr<Engine> make_reference_engine(graph::Network network, const EngineOptions&) {
    return std::make_unique<ReferenceEngine>(std::move(network));
}

}  // namespace yolo::engines

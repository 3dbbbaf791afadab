// SPDX-License-Identifier: Apache-2.0
#include "export/common/layer_noise.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "core/visit.hpp"

namespace yolo::exports {

namespace {

using graph::Node;

/// The layer alone: a picture of its input's channels goes in.
graph::Network network_of(const Node& node, const Tensor& weight, const Tensor& bias) {
    const int channels = std::visit(
        Overloaded{[](const OneOf<graph::Conv, graph::ConvTranspose> auto& op) { return op.in_channels; },
                   [](const auto&) { return 0; }},
        node.op);
    graph::Network network;
    network.graph.nodes = {{"input", graph::Input{channels}, {}, 0, -1}, {node.name, node.op, {0}, 1, -1}};
    network.graph.value_count = 2;
    network.graph.outputs = {1};
    network.graph.stage = graph::Stage::inference;
    network.graph.name = node.name;
    network.weights[node.name + ".weight"] = weight;
    if (!bias.empty()) network.weights[node.name + ".bias"] = bias;
    return network;
}

/// (1, in) -> (1, out): small, and no picture, which is what engines take.
RunLayer linear_layer(const Tensor& weight, const Tensor& bias) {
    return [weight, bias](const Tensor& input) {
        const std::int64_t outputs = weight.dim(0), inputs = weight.dim(1);
        Tensor output = Tensor::allocate(DType::f32, {1, outputs});
        const auto x = input.values<float>(), w = weight.values<float>(), b = bias.values<float>();
        const auto y = output.mutable_values<float>();
        for (std::size_t o = 0; o < y.size(); ++o) {
            double sum = b[o];
            const std::size_t row = o * static_cast<std::size_t>(inputs);
            for (std::size_t i = 0; i < x.size(); ++i) sum += double{x[i]} * w[row + i];
            y[o] = static_cast<float>(sum);
        }
        return output;
    };
}

RunLayer layer_with(const Node& node, const Tensor& weight, const Tensor& bias, const PrepareLayer& prepare) {
    return std::holds_alternative<graph::Linear>(node.op) ? linear_layer(weight, bias)
                                                          : prepare(network_of(node, weight, bias));
}

}  // namespace

LayerNoise::LayerNoise(const graph::Network& network, const QuantizationPlan& plan,
                       const PrepareLayer& prepare)
    : scope_(quantization_scope(network.graph)) {
    for (const Node* node : scope_.layers) {
        const QuantizedLayer& layer = plan.layers.at(node->name);
        const Range* output = plan.range(node->name);
        const auto bias = network.weights.find(node->name + ".bias");
        layers_.push_back({node,
                           &layer,
                           {.name = node->name,
                            .op = graph::op_name(node->op),
                            .input = *plan.range(network.graph.producer(node->inputs.at(0)).name),
                            .output = output == nullptr ? std::nullopt : std::optional(*output)},
                           layer_with(*node, network.weights.at(node->name + ".weight"),
                                      bias == network.weights.end() ? Tensor() : bias->second, prepare),
                           layer_with(*node, dequantized(layer), layer.bias, prepare)});
    }
}

std::vector<graph::ValueId> LayerNoise::values() const {
    std::vector<graph::ValueId> values;
    for (const Layer& layer : layers_) values.push_back(layer.node->inputs.at(0));
    return values;
}

void LayerNoise::see(std::size_t i, const Tensor& input) {
    Layer& layer = layers_.at(i);
    const Tensor exact = layer.exact(input);
    Tensor rounded = layer.rounded(rounded_to(input, layer.row.input));
    if (layer.row.output) rounded = rounded_to(rounded, *layer.row.output);
    const auto y = exact.values<float>(), z = rounded.values<float>();
    for (std::size_t k = 0; k < y.size(); ++k) {
        layer.signal += double{y[k]} * y[k];
        layer.noise += (double{y[k]} - z[k]) * (double{y[k]} - z[k]);
    }
}

std::vector<LayerNoiseRow> LayerNoise::rows() const {
    std::vector<LayerNoiseRow> rows;
    for (const Layer& layer : layers_) {
        rows.push_back(layer.row);
        constexpr double least = 1e-30;  // of a layer that is exact, or that gives zeros
        rows.back().signal_to_noise =
            10 * std::log10(std::max(layer.signal, least) / std::max(layer.noise, least));
    }
    return rows;
}

std::string as_csv(const std::vector<LayerNoiseRow>& rows) {
    std::string text(csv_header);
    for (const LayerNoiseRow& row : rows) {
        text += fmt::format("{},{},{:.6g},{:.6g},", row.name, row.op, row.input.low, row.input.high);
        text += row.output ? fmt::format("{:.6g},{:.6g}", row.output->low, row.output->high) : ",";
        text += fmt::format(",{:.2f}\n", row.signal_to_noise);
    }
    return text;
}

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"
#include "graph/rewrite.hpp"

namespace yolo::graph {

namespace {

Tensor parameter(const Weights& weights, const std::string& name, const Shape& shape) {
    const auto found = weights.find(name);
    if (found == weights.end()) throw Error(fmt::format("the weights have no '{}'", name));
    if (found->second.shape() != shape) {
        throw Error(fmt::format("the weights have '{}' in shape {} where the model needs {}", name,
                                to_string(found->second.shape()), to_string(shape)));
    }
    return found->second.to_f32();
}

struct Folded {
    Tensor weight, bias;
};

/// W' = W s, b' = beta + (b - mean) s, s = gamma / sqrt(var + eps), per output channel.
Folded fold(const Node& conv_node, const Node& norm_node, const Weights& weights) {
    const auto& conv = std::get<Conv>(conv_node.op);
    const Shape channels = {conv.out_channels};
    const Shape kernel = {conv.out_channels, conv.in_channels / conv.groups, conv.kernel, conv.kernel};
    const Tensor original = parameter(weights, conv_node.name + ".weight", kernel);
    const Tensor gamma = parameter(weights, norm_node.name + ".weight", channels);
    const Tensor beta = parameter(weights, norm_node.name + ".bias", channels);
    const Tensor mean = parameter(weights, norm_node.name + ".running_mean", channels);
    const Tensor variance = parameter(weights, norm_node.name + ".running_var", channels);
    const Tensor old_bias = conv.bias ? parameter(weights, conv_node.name + ".bias", channels) : Tensor();

    Folded folded{Tensor::allocate(DType::f32, kernel), Tensor::allocate(DType::f32, channels)};
    const auto from = original.values<float>();
    const auto to = folded.weight.mutable_values<float>();
    const auto bias = folded.bias.mutable_values<float>();
    const std::size_t row = from.size() / bias.size();
    for (std::size_t channel = 0; channel < bias.size(); ++channel) {
        const double eps = std::get<BatchNorm>(norm_node.op).eps;
        const double scale =
            gamma.values<float>()[channel] / std::sqrt(variance.values<float>()[channel] + eps);
        for (std::size_t i = channel * row; i < (channel + 1) * row; ++i)
            to[i] = static_cast<float>(from[i] * scale);
        const double before = old_bias.empty() ? 0.0 : double{old_bias.values<float>()[channel]};
        bias[channel] = static_cast<float>(beta.values<float>()[channel] +
                                           (before - mean.values<float>()[channel]) * scale);
    }
    return folded;
}

std::vector<int> count_uses(const Graph& graph) {
    std::vector<int> uses(static_cast<std::size_t>(graph.value_count), 0);
    for (const Node& node : graph.nodes) {
        for (const ValueId input : node.inputs) ++uses.at(static_cast<std::size_t>(input));
    }
    for (const ValueId output : graph.outputs) ++uses.at(static_cast<std::size_t>(output));
    return uses;
}

/// Each BatchNorm into the Conv that feeds only it. The Conv takes over the BatchNorm's value.
void fold_norms(Network& network, const Weights& weights) {
    Graph& graph = network.graph;
    const std::vector<int> uses = count_uses(graph);
    std::map<ValueId, Node*> convs;
    for (Node& node : graph.nodes) {
        if (std::holds_alternative<Conv>(node.op)) convs[node.output] = &node;
        if (!std::holds_alternative<BatchNorm>(node.op)) continue;
        const auto found = convs.find(node.inputs.at(0));
        if (found == convs.end() || uses.at(static_cast<std::size_t>(found->first)) != 1) {
            throw Error(fmt::format("{} does not follow a convolution of its own", node.name));
        }
        Node& conv = *found->second;
        Folded folded = fold(conv, node, weights);
        network.weights[conv.name + ".weight"] = std::move(folded.weight);
        network.weights[conv.name + ".bias"] = std::move(folded.bias);
        std::get<Conv>(conv.op).bias = true;
        std::swap(conv.output,
                  node.output);  // nothing reads the old value any more: tidy() drops the BatchNorm
        node.inputs.clear();
        std::erase(graph.modules, node.name);
        --graph.leaf_modules;
    }
}

/// Everything that read a Dropout's output reads its input.
void drop_dropout(Graph& graph) {
    std::map<ValueId, ValueId> replaced;
    const auto follow = [&replaced](ValueId& value) {
        const auto found = replaced.find(value);
        if (found != replaced.end()) value = found->second;
    };
    for (Node& node : graph.nodes) {
        for (ValueId& input : node.inputs) follow(input);
        if (std::holds_alternative<Dropout>(node.op)) replaced[node.output] = node.inputs.at(0);
    }
    for (ValueId& output : graph.outputs) follow(output);
    for (Layer& layer : graph.layers) follow(layer.output);
}

ValueId append(Graph& graph, std::string name, Op op, std::vector<ValueId> inputs) {
    const int layer = static_cast<int>(graph.layers.size()) - 1;
    graph.nodes.push_back({std::move(name), std::move(op), std::move(inputs), graph.value_count, layer});
    return graph.value_count++;
}

void append_decoding(Graph& graph) {
    if (graph.head) {
        const Head& head = *graph.head;
        graph.outputs = {append(graph, head.name, head.decode, head.maps())};
        if (head.proto) graph.outputs.push_back(*head.proto);
    } else if (graph.task == Task::classify) {
        const ValueId logits = graph.outputs.at(0);
        graph.outputs = {
            append(graph, fmt::format("model.{}.softmax", graph.layers.size() - 1), Softmax{}, {logits})};
        if (!graph.layers.empty()) graph.layers.back().output = graph.outputs[0];
    }
}

/// Of a head that is trained twice only the branches that answer once for each object are left.
void keep_one_to_one(Graph& graph) {
    if (!graph.head || !graph.head->one_to_one) return;
    Head& head = *graph.head;
    static_cast<HeadBranches&>(head) = HeadBranches(*head.one_to_one);
    head.one_to_one.reset();
    graph.outputs = head.maps();
    if (head.proto) graph.outputs.push_back(*head.proto);
    tidy(graph);
}

}  // namespace

Network to_inference(const Graph& graph, const Weights& weights) {
    Network network{graph, {}};
    if (graph.stage != Stage::training)
        throw Error(fmt::format("{} is in its inference stage already", graph.name));
    keep_one_to_one(network.graph);
    fold_norms(network, weights);
    drop_dropout(network.graph);
    append_decoding(network.graph);
    tidy(network.graph);
    network.graph.stage = Stage::inference;
    for (const auto& [name, shape] : parameter_shapes(network.graph)) {
        if (!network.weights.contains(name)) network.weights[name] = parameter(weights, name, shape);
    }
    return network;
}

}  // namespace yolo::graph

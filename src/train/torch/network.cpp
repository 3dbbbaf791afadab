// SPDX-License-Identifier: Apache-2.0
#include "train/torch/network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "train/freeze.hpp"
#include "train/network_program.hpp"
#include "train/torch/batch_norm_silu.hpp"
#include "train/torch/picture_input.hpp"
#include "train/torch/plain_ops.hpp"
#include "train/torch/tensor_bridge.hpp"

namespace yolo::train {

namespace {

bool is_buffer(const std::string& name) {
    return name.ends_with(".running_mean") || name.ends_with(".running_var") ||
           name.ends_with(".num_batches_tracked");
}

/// What the last row of the model's YAML reads, in the order of the levels.
std::vector<graph::ValueId> read_by_head(const graph::Graph& graph) {
    const int head = graph.nodes.back().layer;
    std::vector<graph::ValueId> inputs;
    for (const graph::Node& node : graph.nodes) {
        if (node.layer != head) continue;
        for (const graph::ValueId input : node.inputs) {
            const bool from_outside = graph.producer(input).layer != head;
            if (from_outside && std::ranges::find(inputs, input) == inputs.end()) inputs.push_back(input);
        }
    }
    return inputs;
}

at::ScalarType scalar_type(Precision precision) {
    switch (precision) {
        case Precision::bf16:
            return at::kBFloat16;
        case Precision::fp16:
            return at::kHalf;
        default:
            return at::kFloat;
    }
}

}  // namespace

struct Network::State {
    graph::Graph graph;
    std::vector<Step> steps = {};
    NamedTensors parameters = {}, buffers = {};
    std::map<std::string, BatchNormState, std::less<>> norms = {};

    // Of the forward pass under way.
    at::ScalarType type = at::kFloat;
    bool training = false;

    const at::Tensor& named(const NamedTensors& list, const std::string& name) const {
        const auto found = std::ranges::find(list, name, &NamedTensors::value_type::first);
        if (found == list.end()) throw Error(fmt::format("the network has no weights '{}'", name));
        return found->second;
    }
    at::Tensor weight(const graph::Node& node, const char* suffix, at::ScalarType precision) const {
        const at::Tensor& stored = named(parameters, node.name + suffix);
        return stored.dim() == 4 ? stored.to(stored.options().dtype(precision), false, false, channels_last)
                                 : stored.to(precision);
    }
    /// Weights and bias in the precision of the pass.
    OpWeights weights(const graph::Node& node, bool biased) const {
        return {weight(node, ".weight", type), biased ? weight(node, ".bias", type) : at::Tensor()};
    }

    void bind_norms() {
        norms.clear();
        for (const graph::Node& node : graph.nodes) {
            const auto* op = std::get_if<graph::BatchNorm>(&node.op);
            if (op == nullptr) continue;
            norms[node.name] = {named(parameters, node.name + ".weight"),
                                named(parameters, node.name + ".bias"),
                                named(buffers, node.name + ".running_mean"),
                                named(buffers, node.name + ".running_var"),
                                named(buffers, node.name + ".num_batches_tracked"),
                                op->eps,
                                op->momentum};
        }
    }

    at::Tensor run_norm(const graph::Node& node, const at::Tensor& x, bool with_silu) {
        BatchNormState& norm = norms.at(node.name);
        // A frozen layer keeps its statistics.
        const bool batch_statistics = training && norm.weight.requires_grad();
        return with_silu ? batch_norm_silu(x, norm, batch_statistics) : batch_norm(x, norm, batch_statistics);
    }

    at::Tensor run_output(const graph::Node& node, const graph::Conv& conv, const at::Tensor& x) const;
    at::Tensor run_node(const graph::Node& node, const std::vector<at::Tensor>& in);
    std::vector<at::Tensor> outputs_of(const Step& step, const std::vector<at::Tensor>& in);
    void run_step(const Step& step, std::vector<at::Tensor>& values) {
        train::run_step(step, values,
                        [this](const Step& one, const auto& in) { return outputs_of(one, in); });
    }
    std::vector<at::Tensor> start(const at::Tensor& images, at::ScalarType precision, bool in_training);
    HeadMaps head_maps(const std::vector<at::Tensor>& values) const;
};

/// A convolution without normalisation behind it is an output of the head. It stays in float32 in every
/// precision: in bf16 a logit of 8 has steps of 1/16, which moves the edge of a box by a good part of a
/// pixel.
at::Tensor Network::State::run_output(const graph::Node& node, const graph::Conv& conv,
                                      const at::Tensor& x) const {
    return run_conv(conv, x.to(at::kFloat),
                    {weight(node, ".weight", at::kFloat), weight(node, ".bias", at::kFloat)});
}

at::Tensor Network::State::run_node(const graph::Node& node, const std::vector<at::Tensor>& in) {
    if (const auto* conv = std::get_if<graph::Conv>(&node.op))
        return conv->bias ? run_output(node, *conv, in[0]) : run_conv(*conv, in[0], weights(node, false));
    if (const auto* conv = std::get_if<graph::ConvTranspose>(&node.op))
        return run_conv_transpose(*conv, in[0], weights(node, conv->bias));
    if (std::holds_alternative<graph::Linear>(node.op)) {
        const OpWeights linear = weights(node, true);
        return at::linear(in[0], linear.weight, linear.bias);
    }
    if (std::holds_alternative<graph::BatchNorm>(node.op)) return run_norm(node, in[0], false);
    return run_plain_op(node.op, in, training);
}

std::vector<at::Tensor> Network::State::outputs_of(const Step& step, const std::vector<at::Tensor>& in) {
    switch (step.kind) {
        case Step::Kind::split:
            return run_split(step.nodes, in[0]);
        case Step::Kind::batch_norm_silu:
            return {run_norm(*step.nodes[0], in[0], true)};
        default:
            return {run_node(*step.nodes[0], in)};
    }
}

Network::Network(const graph::Graph& graph, const graph::Weights& weights,
                 const std::vector<std::string>& frozen, double dropout)
    : state_(std::make_unique<State>(State{graph})) {
    for (graph::Node& node : state_->graph.nodes) {
        if (auto* op = std::get_if<graph::Dropout>(&node.op); op != nullptr && dropout > 0)
            op->probability = dropout;
    }
    state_->steps = make_steps(state_->graph);
    for (const auto& [name, shape] : graph::parameter_shapes(graph)) {
        const auto found = weights.find(name);
        if (found == weights.end()) throw Error(fmt::format("the network has no weights '{}'", name));
        at::Tensor tensor = copy_to_torch(found->second);
        if (is_buffer(name)) {
            state_->buffers.emplace_back(name, std::move(tensor));
        } else {
            state_->parameters.emplace_back(name, tensor.set_requires_grad(is_trained(name, frozen)));
        }
    }
    state_->bind_norms();
}

Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

void Network::to(const std::string& device) {
    for (auto* list : {&state_->parameters, &state_->buffers}) {
        for (auto& [name, tensor] : *list) {
            tensor = tensor.detach().to(at::Device(device)).set_requires_grad(tensor.requires_grad());
        }
    }
    state_->bind_norms();
}

/// The values of a pass, of which only the input is known yet.
std::vector<at::Tensor> Network::State::start(const at::Tensor& images, at::ScalarType precision,
                                              bool in_training) {
    type = precision;
    training = in_training;
    std::vector<at::Tensor> values(static_cast<std::size_t>(graph.value_count));
    values.at(static_cast<std::size_t>(graph.input())) = network_input(images, type);
    return values;
}

HeadMaps Network::State::head_maps(const std::vector<at::Tensor>& values) const {
    const auto pick = [&](const std::vector<graph::ValueId>& ids) {
        std::vector<at::Tensor> maps;
        for (const graph::ValueId id : ids) maps.push_back(values.at(static_cast<std::size_t>(id)));
        return maps;
    };
    HeadMaps maps;
    if (const auto& head = graph.head) {
        maps.box = pick(head->box.maps);
        maps.cls = pick(head->cls.maps);
        maps.extra = pick(head->extra.maps);
        if (head->proto) maps.proto = pick({*head->proto})[0];
    } else {
        maps.logits = pick(graph.outputs).at(0);
    }
    return maps;
}

HeadMaps Network::forward(const at::Tensor& images, Precision precision, bool training) {
    std::vector<at::Tensor> values = state_->start(images, scalar_type(precision), training);
    for (const Step& step : state_->steps) state_->run_step(step, values);
    return state_->head_maps(values);
}

Network::HeadPass Network::forward_from_head(const at::Tensor& images) {
    const at::AutoGradMode gradients(true);
    std::vector<at::Tensor> values = state_->start(images, at::kFloat, false);
    const std::vector<graph::ValueId> read = read_by_head(state_->graph);
    HeadPass pass;
    for (const Step& step : state_->steps) {
        state_->run_step(step, values);
        for (const graph::ValueId output : step.outputs) {
            if (std::ranges::find(read, output) == read.end()) continue;
            at::Tensor& map = values.at(static_cast<std::size_t>(output));
            map = map.detach().requires_grad_(true);
            pass.inputs.push_back(map);
        }
    }
    pass.maps = state_->head_maps(values);
    return pass;
}

NamedTensors& Network::parameters() {
    return state_->parameters;
}

NamedTensors& Network::buffers() {
    return state_->buffers;
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#include "train/torch/network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "train/torch/batch_norm_silu.hpp"
#include "train/torch/network_program.hpp"
#include "train/torch/picture_input.hpp"
#include "train/torch/tensor_bridge.hpp"

namespace yolo::train {

namespace {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

constexpr auto channels_last = at::MemoryFormat::ChannelsLast;

bool is_buffer(const std::string& name) {
    return name.ends_with(".running_mean") || name.ends_with(".running_var") ||
           name.ends_with(".num_batches_tracked");
}

/// The constant kernel of the DFL is among the parameters but never trained.
bool gets_gradient(const std::string& name, const std::vector<std::string>& frozen) {
    return name.find(".dfl") == std::string::npos && std::ranges::none_of(frozen, [&](const auto& part) {
               return name.find(part) != std::string::npos;
           });
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
    double dropout = 0;
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
    /// In the precision of the pass.
    at::Tensor weight(const graph::Node& node, const char* suffix) const {
        const at::Tensor& stored = named(parameters, node.name + suffix);
        return stored.dim() == 4 ? stored.to(stored.options().dtype(type), false, false, channels_last)
                                 : stored.to(type);
    }
    at::Tensor bias(const graph::Node& node, bool present) const {
        return present ? weight(node, ".bias") : at::Tensor();
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

    at::Tensor run_conv(const graph::Node& node, const graph::Conv& op, const at::Tensor& x) const {
        return at::convolution(x.contiguous(channels_last), weight(node, ".weight"), bias(node, op.bias),
                               {op.stride, op.stride}, {op.padding, op.padding}, {op.dilation, op.dilation},
                               false, {0, 0}, op.groups);
    }
    at::Tensor run_norm(const graph::Node& node, const at::Tensor& x, bool with_silu) {
        BatchNormState& norm = norms.at(node.name);
        // A frozen layer keeps its statistics.
        const bool batch_statistics = training && norm.weight.requires_grad();
        return with_silu ? batch_norm_silu(x, norm, batch_statistics) : batch_norm(x, norm, batch_statistics);
    }

    at::Tensor run_node(const graph::Node& node, const std::vector<at::Tensor>& in);
    void run_step(const Step& step, std::vector<at::Tensor>& values);
};

namespace {

/// Ops without parameters.
struct PlainOps {
    const std::vector<at::Tensor>& in;
    double dropout;
    bool training;

    at::Tensor operator()(const graph::Silu&) const { return at::silu(in[0]); }
    at::Tensor operator()(const graph::Relu&) const { return at::relu(in[0]); }
    at::Tensor operator()(const graph::Add&) const { return at::add(in[0], in[1]); }
    at::Tensor operator()(const graph::Concat&) const { return at::cat(in, 1); }
    at::Tensor operator()(const graph::Slice& op) const {
        return at::narrow(in[0], 1, op.begin, op.end - op.begin);
    }
    at::Tensor operator()(const graph::MaxPool& op) const {
        return at::max_pool2d(in[0], {op.kernel, op.kernel}, {op.stride, op.stride},
                              {op.padding, op.padding});
    }
    at::Tensor operator()(const graph::Upsample& op) const {
        const at::IntArrayRef size = in[0].sizes();
        return at::upsample_nearest2d(in[0], {size[2] * op.scale, size[3] * op.scale});
    }
    at::Tensor operator()(const graph::GlobalAveragePool&) const { return at::mean(in[0], {2, 3}); }
    at::Tensor operator()(const graph::Dropout& op) const {
        return at::dropout(in[0], dropout > 0 ? dropout : op.probability, training);
    }
    at::Tensor operator()(const graph::Softmax&) const { return at::softmax(in[0], 1); }
    template <class Other>
    at::Tensor operator()(const Other& op) const {
        throw Error(fmt::format("{} is not part of a network that trains", graph::op_name(op)));
    }
};

}  // namespace

at::Tensor Network::State::run_node(const graph::Node& node, const std::vector<at::Tensor>& in) {
    if (const auto* conv = std::get_if<graph::Conv>(&node.op)) return run_conv(node, *conv, in[0]);
    if (const auto* conv = std::get_if<graph::ConvTranspose>(&node.op)) {
        return at::convolution(in[0].contiguous(channels_last), weight(node, ".weight"),
                               bias(node, conv->bias), {conv->stride, conv->stride}, {0, 0}, {1, 1}, true,
                               {0, 0}, 1);
    }
    if (std::holds_alternative<graph::Linear>(node.op))
        return at::linear(in[0], weight(node, ".weight"), bias(node, true));
    if (std::holds_alternative<graph::BatchNorm>(node.op)) return run_norm(node, in[0], false);
    return std::visit(PlainOps{in, dropout, training}, node.op);
}

void Network::State::run_step(const Step& step, std::vector<at::Tensor>& values) {
    const auto value = [&](graph::ValueId id) -> at::Tensor& {
        return values.at(static_cast<std::size_t>(id));
    };
    std::vector<at::Tensor> in;
    for (const graph::ValueId id : step.inputs) in.push_back(value(id));
    switch (step.kind) {
        case Step::Kind::batch_norm_silu:
            value(step.outputs[0]) = run_norm(*step.nodes[0], in[0], true);
            break;
        case Step::Kind::split: {
            std::vector<std::int64_t> sizes;
            for (const graph::Node* node : step.nodes) {
                const auto& slice = std::get<graph::Slice>(node->op);
                sizes.push_back(slice.end - slice.begin);
            }
            // One operation, so that the gradients of the parts are joined and not added to zeros.
            const std::vector<at::Tensor> parts = at::split_with_sizes(in[0], sizes, 1);
            for (std::size_t i = 0; i < parts.size(); ++i) value(step.outputs[i]) = parts[i];
            break;
        }
        default:
            value(step.outputs[0]) = run_node(*step.nodes[0], in);
    }
    for (const graph::ValueId id : step.last_uses) value(id).reset();
}

Network::Network(const graph::Graph& graph, const graph::Weights& weights,
                 const std::vector<std::string>& frozen, double dropout)
    : state_(std::make_unique<State>(State{graph, dropout})) {
    state_->steps = make_steps(state_->graph);
    for (const auto& [name, shape] : graph::parameter_shapes(graph)) {
        const auto found = weights.find(name);
        if (found == weights.end()) throw Error(fmt::format("the network has no weights '{}'", name));
        at::Tensor tensor = copy_to_torch(found->second);
        if (is_buffer(name)) {
            state_->buffers.emplace_back(name, std::move(tensor));
        } else {
            state_->parameters.emplace_back(name, tensor.set_requires_grad(gets_gradient(name, frozen)));
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

HeadMaps Network::forward(const at::Tensor& images, Precision precision, bool training) {
    state_->type = scalar_type(precision);
    state_->training = training;
    std::vector<at::Tensor> values(static_cast<std::size_t>(state_->graph.value_count));
    values.at(static_cast<std::size_t>(state_->graph.input())) = network_input(images, state_->type);
    for (const Step& step : state_->steps) state_->run_step(step, values);

    const auto pick = [&](const std::vector<graph::ValueId>& ids) {
        std::vector<at::Tensor> maps;
        for (const graph::ValueId id : ids) maps.push_back(values.at(static_cast<std::size_t>(id)));
        return maps;
    };
    HeadMaps maps;
    if (const auto& head = state_->graph.head) {
        maps.box = pick(head->box);
        maps.cls = pick(head->cls);
        maps.extra = pick(head->extra);
        if (head->proto) maps.proto = pick({*head->proto})[0];
    } else {
        maps.logits = pick(state_->graph.outputs).at(0);
    }
    return maps;
}

std::vector<std::pair<std::string, at::Tensor>>& Network::parameters() {
    return state_->parameters;
}

std::vector<std::pair<std::string, at::Tensor>>& Network::buffers() {
    return state_->buffers;
}

}  // namespace yolo::train

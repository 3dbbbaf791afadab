// SPDX-License-Identifier: Apache-2.0
#include "plain_network.hpp"

#include <stdexcept>

#include "train/torch/tensor_bridge.hpp"

namespace yolo::bench {

PlainNetwork::PlainNetwork(const graph::Graph& graph, const graph::Weights& weights) : graph_(graph) {
    for (const auto& [name, tensor] : weights) {
        at::Tensor copy = train::copy_to_torch(tensor);
        const bool constant = name.find(".dfl") != std::string::npos ||
                              name.find(".running_") != std::string::npos || !copy.is_floating_point();
        weights_[name] = copy.set_requires_grad(!constant);
    }
}

std::vector<at::Tensor> PlainNetwork::parameters() const {
    std::vector<at::Tensor> list;
    for (const auto& [name, tensor] : weights_) {
        if (tensor.requires_grad()) list.push_back(tensor);
    }
    return list;
}

train::HeadMaps PlainNetwork::forward(const at::Tensor& images) {
    std::vector<at::Tensor> values(static_cast<std::size_t>(graph_.value_count));
    values[0] = images.permute({0, 3, 1, 2}).flip(1).contiguous().to(at::kFloat) / 255;
    for (const graph::Node& node : graph_.nodes) {
        std::vector<at::Tensor> in;
        for (const graph::ValueId id : node.inputs) in.push_back(values[static_cast<std::size_t>(id)]);
        if (!in.empty()) values[static_cast<std::size_t>(node.output)] = run_node(node, in);
    }
    const auto pick = [&](const std::vector<graph::ValueId>& ids) {
        std::vector<at::Tensor> maps;
        for (const graph::ValueId id : ids) maps.push_back(values[static_cast<std::size_t>(id)]);
        return maps;
    };
    const graph::Head& head = graph_.head.value();
    return {pick(head.box.maps), pick(head.cls.maps), {}, {}, {}};
}

at::Tensor PlainNetwork::run_node(const graph::Node& node, const std::vector<at::Tensor>& in) {
    if (const auto* op = std::get_if<graph::Conv>(&node.op)) {
        return at::conv2d(in[0], weight(node, ".weight"), op->bias ? weight(node, ".bias") : at::Tensor(),
                          {op->stride, op->stride}, {op->padding, op->padding}, {1, 1}, op->groups);
    }
    if (const auto* op = std::get_if<graph::BatchNorm>(&node.op)) {
        return at::batch_norm(in[0], weight(node, ".weight"), weight(node, ".bias"),
                              weight(node, ".running_mean"), weight(node, ".running_var"), true, op->momentum,
                              op->eps, true);
    }
    if (std::holds_alternative<graph::Silu>(node.op)) return at::silu(in[0]);
    if (std::holds_alternative<graph::Add>(node.op)) return in[0] + in[1];
    if (std::holds_alternative<graph::Concat>(node.op)) return at::cat(in, 1);
    if (const auto* op = std::get_if<graph::Slice>(&node.op))
        return in[0].narrow(1, op->begin, op->end - op->begin);
    if (const auto* op = std::get_if<graph::MaxPool>(&node.op)) {
        return at::max_pool2d(in[0], {op->kernel, op->kernel}, {op->stride, op->stride},
                              {op->padding, op->padding});
    }
    if (const auto* op = std::get_if<graph::Upsample>(&node.op))
        return at::upsample_nearest2d(in[0], {in[0].size(2) * op->scale, in[0].size(3) * op->scale});
    throw std::runtime_error("the plain network does not know an op of this model");
}

}  // namespace yolo::bench

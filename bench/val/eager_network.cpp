// SPDX-License-Identifier: Apache-2.0
#include "eager_network.hpp"

#include "engines/torch/decode_head.hpp"
#include "train/torch/tensor_bridge.hpp"

namespace yolo::bench {

EagerNetwork::EagerNetwork(const graph::Network& network) : graph_(network.graph) {
    for (const graph::Node& node : graph_.nodes) {
        for (const graph::Parameter& parameter : graph::parameters_of(node.op)) {
            const std::string part = parameter.name;
            const at::Tensor tensor =
                train::copy_to_torch(network.weights.at(node.name + "." + part)).to(at::kFloat);
            (part == "bias" ? weights_[node.name].bias : weights_[node.name].weight) = tensor;
        }
    }
}

at::Tensor EagerNetwork::run(const at::Tensor& images) const {
    const c10::InferenceMode no_gradients;
    std::vector<at::Tensor> values(static_cast<std::size_t>(graph_.value_count));
    values.at(static_cast<std::size_t>(graph_.input())) = images;
    for (const graph::Node& node : graph_.nodes) {
        std::vector<at::Tensor> in;
        for (const graph::ValueId id : node.inputs) in.push_back(values.at(static_cast<std::size_t>(id)));
        if (!in.empty()) values.at(static_cast<std::size_t>(node.output)) = run_node(node, in);
    }
    return values.at(static_cast<std::size_t>(graph_.outputs.at(0)));
}

at::Tensor EagerNetwork::run_node(const graph::Node& node, const std::vector<at::Tensor>& in) const {
    if (const auto* op = std::get_if<graph::Conv>(&node.op))
        return train::run_conv(*op, in[0], weights_.at(node.name));
    if (const auto* op = std::get_if<graph::ConvTranspose>(&node.op))
        return train::run_conv_transpose(*op, in[0], weights_.at(node.name));
    if (std::holds_alternative<graph::Linear>(node.op)) {
        const train::OpWeights& weights = weights_.at(node.name);
        return at::linear(in[0], weights.weight, weights.bias);
    }
    if (const auto* op = std::get_if<graph::DecodeHead>(&node.op))
        return engines::torch_engine::decode_head(*op, in);
    return train::run_plain_op(node.op, in, false);
}

}  // namespace yolo::bench

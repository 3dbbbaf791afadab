// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/read/fit.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/rewrite.hpp"

namespace yolo::checkpoint {

namespace {

constexpr std::string_view batch_count = ".num_batches_tracked";  // absent in files of old PyTorch versions

std::vector<graph::Node*> producers(graph::Graph& graph) {
    std::vector<graph::Node*> list(static_cast<std::size_t>(graph.value_count), nullptr);
    for (graph::Node& node : graph.nodes) list.at(static_cast<std::size_t>(node.output)) = &node;
    return list;
}

/// Takes the BatchNorms out that the file has already folded into their convolutions.
void drop_folded_norms(graph::Graph& graph, const LazyTensors& tensors) {
    std::map<graph::ValueId, graph::ValueId> replaced;
    std::set<std::string_view> dropped;
    const std::vector<graph::Node*> made_by = producers(graph);
    for (graph::Node& node : graph.nodes) {
        for (graph::ValueId& input : node.inputs) {
            if (const auto found = replaced.find(input); found != replaced.end()) input = found->second;
        }
        if (!std::holds_alternative<graph::BatchNorm>(node.op) || tensors.contains(node.name + ".weight"))
            continue;
        graph::Node& before = *made_by.at(static_cast<std::size_t>(node.inputs.at(0)));
        auto* conv = std::get_if<graph::Conv>(&before.op);
        if (conv == nullptr || !tensors.contains(before.name + ".bias")) continue;
        conv->bias = true;
        replaced.emplace(node.output, before.output);
        dropped.insert(node.name);
    }
    if (dropped.empty()) return;
    const auto rename = [&replaced](graph::ValueId& value) {
        if (const auto found = replaced.find(value); found != replaced.end()) value = found->second;
    };
    for (graph::ValueId& output : graph.outputs) rename(output);
    for (graph::Layer& layer : graph.layers) rename(layer.output);
    std::erase_if(graph.modules, [&](const std::string& module) { return dropped.contains(module); });
    graph.leaf_modules -= static_cast<int>(dropped.size());
    graph::tidy(graph);
}

Tensor zero_count() {
    Tensor tensor = Tensor::allocate(DType::i64, {});
    tensor.mutable_values<std::int64_t>()[0] = 0;
    return tensor;
}

bool is_float(DType dtype) {
    return dtype == DType::f16 || dtype == DType::f32 || dtype == DType::bf16 || dtype == DType::f64;
}

Tensor take(const std::string& name, const Shape& shape, const LazyTensors& tensors) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
        if (name.ends_with(batch_count)) return zero_count();
        throw Error(fmt::format("the network of its description needs '{}' of shape {}, which is not there",
                                name, to_string(shape)));
    }
    const LazyTensor& tensor = found->second;
    if (tensor.shape != shape) {
        throw Error(fmt::format("'{}' has the shape {}, but the network of its description needs {}", name,
                                to_string(tensor.shape), to_string(shape)));
    }
    if (!name.ends_with(batch_count) && !is_float(tensor.dtype)) {
        throw Error(
            fmt::format("'{}' holds {} numbers: weights are floating-point", name, to_string(tensor.dtype)));
    }
    return tensor.read();
}

}  // namespace

graph::Weights fit_weights(graph::Graph& graph, const LazyTensors& tensors) {
    drop_folded_norms(graph, tensors);
    graph::Weights weights;
    for (const auto& [name, shape] : graph::parameter_shapes(graph))
        weights.emplace(name, take(name, shape, tensors));
    for (const auto& entry : tensors) {
        if (!weights.contains(entry.first)) {
            throw Error(fmt::format("it holds '{}', which the network of its description does not have",
                                    entry.first));
        }
    }
    return weights;
}

}  // namespace yolo::checkpoint

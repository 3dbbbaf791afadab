// SPDX-License-Identifier: Apache-2.0
#include "export/common/source_network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::exports {

SourceNetwork::SourceNetwork(const graph::Network& network, const char* format, graph::Layout layout)
    : network_(network), format_(format) {
    if (graph().stage != graph::Stage::exporting || graph().layout != layout)
        throw Error(fmt::format("{} is not in the stage that {} is written from", graph().name, format));
}

int SourceNetwork::channels() const {
    return std::get<graph::Input>(graph().producer(graph().input()).op).channels;
}

graph::InputSize SourceNetwork::size() const {
    const int side = std::max(graph().max_stride, 32);
    return graph().fixed_size.value_or(graph::InputSize{side, side});
}

std::vector<Shape> SourceNetwork::shapes(int batch, graph::InputSize size) const {
    return infer_shapes(graph(), {batch, channels(), size.height, size.width});
}

std::optional<std::int64_t> SourceNetwork::anchors_of(const graph::Node& node) const {
    if (!graph().fixed_size) return std::nullopt;
    return shapes(1).at(static_cast<std::size_t>(node.inputs.at(0))).back();
}

Tensor SourceNetwork::parameter(const graph::Node& node, const char* suffix) const {
    const auto found = network_.weights.find(node.name + suffix);
    if (found == network_.weights.end())
        throw Error(fmt::format("the network has no weights '{}{}'", node.name, suffix));
    return found->second.to_f32();
}

std::string SourceNetwork::output_name(graph::ValueId value) const {
    const auto& outputs = graph().outputs;
    const auto found = std::find(outputs.begin(), outputs.end(), value);
    return found == outputs.end() ? "" : fmt::format("output{}", found - outputs.begin());
}

void SourceNetwork::refuse(const graph::Node& node, const char* why) const {
    throw Error(
        fmt::format("{} ({}) cannot be written as {}: {}", node.name, graph::op_name(node.op), format_, why));
}

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"
#include "graph/rewrite.hpp"

namespace yolo::graph {

namespace {

/// `asked`: how the layer was asked for, "embed=3".
ValueId map_of_layer(const Graph& graph, int layer, const std::string& asked) {
    const int count = static_cast<int>(graph.layers.size());
    if (layer < 0 || layer >= count) {
        throw UsageError(fmt::format("{}: {} has the layers 0 to {}", asked, graph.name, count - 1));
    }
    const ValueId value = graph.layers[static_cast<std::size_t>(layer)].output;
    if (layer == count - 1 || value < 0) {
        throw UsageError(
            fmt::format("{}: this layer of {} is its head, which has no map; choose one of 0 to {}", asked,
                        graph.name, count - 2));
    }
    return value;
}

}  // namespace

Graph embedding_graph(const Graph& inference_graph, std::vector<int> layers) {
    Graph graph = inference_graph;
    if (layers.empty()) layers.push_back(static_cast<int>(graph.layers.size()) - 2);
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());

    std::vector<ValueId> vectors;
    const auto append = [&graph](std::string name, Op op, std::vector<ValueId> inputs, int layer) {
        graph.nodes.push_back({std::move(name), std::move(op), std::move(inputs), graph.value_count, layer});
        return graph.value_count++;
    };
    for (const int layer : layers) {
        const ValueId map = map_of_layer(graph, layer, fmt::format("embed={}", layer));
        vectors.push_back(append(fmt::format("embed.{}", layer), GlobalAveragePool{}, {map}, layer));
    }
    const ValueId all = vectors.size() == 1 ? vectors[0] : append("embed", Concat{}, vectors, layers.back());
    graph.outputs = {all};
    graph.head.reset();
    tidy(graph);
    graph.layers.resize(static_cast<std::size_t>(layers.back()) + 1);
    std::vector<std::string> left;
    for (const Node& node : graph.nodes) left.push_back(node.name);
    std::erase_if(graph.modules, [&left](const std::string& module) {
        return std::find(left.begin(), left.end(), module) == left.end();
    });
    return graph;
}

Graph with_layer_maps(Graph graph, std::span<const int> layers) {
    for (const int layer : layers)
        graph.outputs.push_back(map_of_layer(graph, layer, fmt::format("the map of layer {}", layer)));
    return graph;
}

}  // namespace yolo::graph

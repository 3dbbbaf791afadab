// SPDX-License-Identifier: Apache-2.0
#include "graph/rewrite.hpp"

#include <algorithm>

namespace yolo::graph {

void tidy(Graph& graph) {
    std::vector<bool> needed(static_cast<std::size_t>(graph.value_count), false);
    const auto is_needed = [&needed](ValueId value) { return needed.at(static_cast<std::size_t>(value)); };
    needed.at(static_cast<std::size_t>(graph.input())) = true;
    for (const ValueId output : graph.outputs) needed.at(static_cast<std::size_t>(output)) = true;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        if (!is_needed(node->output)) continue;
        for (const ValueId input : node->inputs) needed.at(static_cast<std::size_t>(input)) = true;
    }
    std::erase_if(graph.nodes, [&](const Node& node) { return !is_needed(node.output); });

    std::vector<ValueId> renumbered(static_cast<std::size_t>(graph.value_count), -1);
    graph.value_count = 0;
    const auto rename = [&renumbered](ValueId& value) {
        if (value >= 0) value = renumbered.at(static_cast<std::size_t>(value));
    };
    for (Node& node : graph.nodes) {
        for (ValueId& input : node.inputs) rename(input);
        renumbered.at(static_cast<std::size_t>(node.output)) = graph.value_count;
        node.output = graph.value_count++;
    }
    for (ValueId& output : graph.outputs) rename(output);
    for (Layer& layer : graph.layers) rename(layer.output);
    if (!graph.head) return;
    const auto rename_all = [&rename](HeadBranches& branches) {
        for (HeadBranch* branch : {&branches.box, &branches.cls, &branches.extra})
            for (ValueId& map : branch->maps) rename(map);
    };
    rename_all(*graph.head);
    if (graph.head->one_to_one) rename_all(*graph.head->one_to_one);
    if (graph.head->proto) rename(*graph.head->proto);
}

}  // namespace yolo::graph

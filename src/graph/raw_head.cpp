// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"
#include "graph/rewrite.hpp"

namespace yolo::graph {

namespace {

class RawHead {
  public:
    explicit RawHead(Network network) : network_(std::move(network)), head_(*network_.graph.head) {}

    Network run() {
        Graph& graph = network_.graph;
        graph.stage = Stage::exporting;
        graph.outputs = {locations("boxes_and_classes", {&head_.box, &head_.cls},
                                   4 * head_.decode.reg_max + head_.decode.class_count)};
        if (!head_.extra.maps.empty())
            graph.outputs.push_back(locations("extras", {&head_.extra}, head_.decode.extra_channels));
        if (head_.proto) graph.outputs.push_back(*head_.proto);
        network_.weights.erase(head_.dfl + ".weight");
        tidy(graph);
        return std::move(network_);
    }

  private:
    ValueId emit(const std::string& name, Op op, std::vector<ValueId> inputs) {
        Graph& graph = network_.graph;
        graph.nodes.push_back({head_.name + "." + name, std::move(op), std::move(inputs), graph.value_count,
                               graph.nodes.back().layer});
        return graph.value_count++;
    }

    /// (N, A, channels): what the branches say of each location, level by level, row by row.
    ValueId locations(const std::string& name, const std::vector<const HeadBranch*>& branches, int channels) {
        std::vector<ValueId> levels;
        for (std::size_t level = 0; level < branches.front()->maps.size(); ++level) {
            const std::string at = fmt::format("{}.{}", name, level);
            std::vector<ValueId> maps;
            for (const HeadBranch* branch : branches) maps.push_back(branch->maps[level]);
            const ValueId map = maps.size() == 1 ? maps.front() : emit(at, Concat{1}, maps);
            const ValueId row = emit(at + ".row", Reshape{{0, channels, -1}}, {map});
            levels.push_back(emit(at + ".locations", Transpose{{0, 2, 1}}, {row}));
        }
        return emit(name, Concat{1}, levels);
    }

    Network network_;
    const Head head_;
};

}  // namespace

Network raw_head(const Network& inference) {
    const Graph& graph = inference.graph;
    if (graph.stage != Stage::inference)
        throw Error(fmt::format("{} is not in the inference stage", graph.name));
    if (!graph.head)
        throw UsageError(fmt::format("{} has no head whose raw maps could be given", graph.name));
    return RawHead(inference).run();
}

}  // namespace yolo::graph

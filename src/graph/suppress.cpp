// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"

namespace yolo::graph {

namespace {

/// Rotated boxes are compared pair by pair at once: some four times the boxes that are wanted, which are
/// enough for pictures full of objects.
constexpr int fewest_candidates = 1024, candidates_each = 4;

}  // namespace

Network suppress(const Network& exporting, const SuppressionRule& rule) {
    Network network = exporting;
    Graph& graph = network.graph;
    if (graph.stage != Stage::exporting || !graph.head)
        throw Error(fmt::format("{} is no network that finds objects, in its exporting stage", graph.name));
    const DecodeHead& decode = graph.head->decode;
    NonMaxSuppression op = {.rule = rule,
                            .class_count = decode.class_count,
                            .extra_channels = decode.extra == HeadExtra::none ? 0 : decode.extra_channels,
                            .rotated = decode.extra == HeadExtra::angle};
    if (op.rotated) op.max_candidates = std::max(fewest_candidates, candidates_each * rule.max_det);
    ValueId& output = graph.outputs.at(0);
    const int layer = static_cast<int>(graph.layers.size()) - 1;
    graph.nodes.push_back({graph.head->name + ".nms", op, {output}, graph.value_count, layer});
    output = graph.value_count++;
    return network;
}

}  // namespace yolo::graph

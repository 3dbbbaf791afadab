// SPDX-License-Identifier: Apache-2.0
#include "train/network_program.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace yolo::train {

namespace {

using graph::Node;
using graph::ValueId;

using Consumers = std::map<ValueId, std::vector<const Node*>>;

Consumers consumers_of(const graph::Graph& graph) {
    Consumers consumers;
    for (const Node& node : graph.nodes) {
        for (const ValueId input : node.inputs) consumers[input].push_back(&node);
    }
    return consumers;
}

/// The value's slices in the order of their channels when they cover it without gap or overlap, else none.
std::vector<const Node*> covering_slices(const std::vector<const Node*>& consumers, int channels) {
    std::vector<const Node*> slices;
    for (const Node* node : consumers) {
        const auto* slice = std::get_if<graph::Slice>(&node->op);
        if (slice != nullptr && slice->axis == 1) slices.push_back(node);
    }
    const auto slice = [](const Node* node) { return std::get<graph::Slice>(node->op); };
    std::ranges::sort(slices, {}, [&](const Node* node) { return slice(node).begin; });
    int covered = 0;
    for (const Node* node : slices) {
        if (slice(node).begin != covered) return {};
        covered = slice(node).end;
    }
    return covered == channels && slices.size() > 1 ? slices : std::vector<const Node*>{};
}

/// Channels of a map where its producer tells, else -1.
int channels_after(const graph::Graph& graph, ValueId value) {
    const Node* node = &graph.producer(value);
    while (std::holds_alternative<graph::Silu>(node->op) || std::holds_alternative<graph::Relu>(node->op))
        node = &graph.producer(node->inputs[0]);
    if (const auto* norm = std::get_if<graph::BatchNorm>(&node->op)) return norm->channels;
    if (const auto* conv = std::get_if<graph::Conv>(&node->op)) return conv->out_channels;
    return -1;
}

Step step_for(const graph::Graph& graph, const Node& node, const Consumers& consumers) {
    const auto& next =
        consumers.contains(node.output) ? consumers.at(node.output) : std::vector<const Node*>{};
    if (std::holds_alternative<graph::BatchNorm>(node.op) && next.size() == 1 &&
        std::holds_alternative<graph::Silu>(next[0]->op) && !std::ranges::count(graph.outputs, node.output)) {
        return {Step::Kind::batch_norm_silu, {&node, next[0]}, node.inputs, {next[0]->output}, {}};
    }
    if (const auto* slice = std::get_if<graph::Slice>(&node.op); slice != nullptr && slice->axis == 1) {
        const ValueId whole = node.inputs[0];
        Step step{Step::Kind::split,
                  covering_slices(consumers.at(whole), channels_after(graph, whole)),
                  {whole},
                  {},
                  {}};
        for (const Node* part : step.nodes) step.outputs.push_back(part->output);
        if (!step.nodes.empty()) return step;
    }
    return {Step::Kind::node, {&node}, node.inputs, {node.output}, {}};
}

void mark_last_uses(const graph::Graph& graph, std::vector<Step>& steps) {
    std::set<ValueId> needed(graph.outputs.begin(), graph.outputs.end());
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        for (const auto* values : {&step->inputs, &step->outputs}) {
            for (const ValueId value : *values) {
                if (needed.insert(value).second) step->last_uses.push_back(value);
            }
        }
    }
}

}  // namespace

std::vector<Step> make_steps(const graph::Graph& graph) {
    const Consumers consumers = consumers_of(graph);
    std::vector<Step> steps;
    std::set<const Node*> done;
    for (const Node& node : graph.nodes) {
        if (std::holds_alternative<graph::Input>(node.op) || done.contains(&node)) continue;
        steps.push_back(step_for(graph, node, consumers));
        done.insert(steps.back().nodes.begin(), steps.back().nodes.end());
    }
    mark_last_uses(graph, steps);
    return steps;
}

}  // namespace yolo::train

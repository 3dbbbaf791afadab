// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/fusion.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines::cpu {

namespace {

using graph::ValueId;

class Fuser {
  public:
    explicit Fuser(const graph::Graph& graph) { copy_operations(graph); }

    FusedGraph run() {
        for (std::size_t i = 0; i < fused_.operations.size(); ++i) {
            if (!is<graph::Conv>(fused_.operations[i])) continue;
            fuse_activation(i);
            fuse_sum(i);
        }
        std::erase_if(fused_.operations, [](const Operation& operation) { return operation.output < 0; });
        return std::move(fused_);
    }

  private:
    void copy_operations(const graph::Graph& graph) {
        if (graph.stage != graph::Stage::inference)
            throw Error(fmt::format("the CPU engine runs networks in their inference stage only: {} is not",
                                    graph.name));
        std::vector<ValueId> same(index(graph.value_count));
        for (std::size_t i = 0; i < same.size(); ++i) same[i] = static_cast<ValueId>(i);
        producer_.assign(same.size(), 0);
        for (const graph::Node& node : graph.nodes) {
            Operation operation{node.name, node.op, {}, node.output, Activation::none, std::nullopt};
            for (const ValueId input : node.inputs) operation.inputs.push_back(same.at(index(input)));
            if (is<graph::Input>(operation)) continue;
            expect_channels(operation);
            if (is<graph::Dropout>(operation)) {
                same.at(index(node.output)) = operation.inputs.at(0);
                continue;
            }
            producer_.at(index(node.output)) = fused_.operations.size();
            fused_.operations.push_back(std::move(operation));
        }
        for (const ValueId output : graph.outputs) fused_.outputs.push_back(same.at(index(output)));
        fused_.value_count = graph.value_count;
        readers_ = find_readers(fused_);
    }

    /// Parts of maps lie side by side along the channels only.
    static void expect_channels(const Operation& operation) {
        const auto* concat = std::get_if<graph::Concat>(&operation.op);
        const auto* slice = std::get_if<graph::Slice>(&operation.op);
        if ((concat != nullptr && concat->axis != 1) || (slice != nullptr && slice->axis != 1)) {
            throw Error(fmt::format("{} ({}) is not along the channels: it cannot run on the CPU engine",
                                    operation.name, op_name(operation.op)));
        }
    }

    /// The only operation that reads the value, if nothing else needs it.
    std::optional<std::size_t> only_reader(ValueId value) const {
        const auto& outputs = fused_.outputs;
        if (readers_[index(value)].size() != 1 ||
            std::find(outputs.begin(), outputs.end(), value) != outputs.end())
            return std::nullopt;
        return readers_[index(value)][0];
    }

    void absorb(std::size_t conv, std::size_t other) {
        fused_.operations[conv].output = fused_.operations[other].output;
        fused_.operations[other].output = -1;
        fused_.operations[other].inputs.clear();
        producer_[index(fused_.operations[conv].output)] = conv;
    }

    void fuse_activation(std::size_t conv) {
        const auto next = only_reader(fused_.operations[conv].output);
        if (!next) return;
        const Operation& after = fused_.operations[*next];
        if (!is<graph::Silu>(after) && !is<graph::Relu>(after)) return;
        fused_.operations[conv].activation = is<graph::Silu>(after) ? Activation::silu : Activation::relu;
        absorb(conv, *next);
    }

    void fuse_sum(std::size_t conv) {
        const ValueId value = fused_.operations[conv].output;
        const auto next = only_reader(value);
        if (!next || !is<graph::Add>(fused_.operations[*next])) return;
        const auto& terms = fused_.operations[*next].inputs;
        const ValueId other = terms.at(0) == value ? terms.at(1) : terms.at(0);
        const bool ready = other == 0 || (other != value && producer_[index(other)] < conv);
        if (!ready) return;
        fused_.operations[conv].residual = other;
        readers_[index(other)].push_back(conv);
        std::erase(readers_[index(other)], *next);
        absorb(conv, *next);
    }

    FusedGraph fused_;
    std::vector<std::size_t> producer_;  // by value
    std::vector<std::vector<std::size_t>> readers_;
};

}  // namespace

FusedGraph fuse(const graph::Graph& graph) {
    return Fuser(graph).run();
}

std::vector<std::vector<std::size_t>> find_readers(const FusedGraph& graph) {
    std::vector<std::vector<std::size_t>> readers(index(graph.value_count));
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
        for (const ValueId input : graph.operations[i].inputs) readers.at(index(input)).push_back(i);
        if (graph.operations[i].residual) readers.at(index(*graph.operations[i].residual)).push_back(i);
    }
    return readers;
}

}  // namespace yolo::engines::cpu

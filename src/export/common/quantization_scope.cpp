// SPDX-License-Identifier: Apache-2.0
#include "export/common/quantization_scope.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/visit.hpp"
#include "export/common/quantization.hpp"

namespace yolo::exports {

namespace {

using graph::Node;
using graph::ValueId;

/// silu(-8) = -0.003: a step of a map whose values reach 1 is wider.
constexpr float lowest_before_silu = -8;

class Scope {
  public:
    explicit Scope(const graph::Graph& graph)
        : graph_(graph),
          producers_(static_cast<std::size_t>(graph.value_count), nullptr),
          in_(producers_.size(), false),
          leader_(producers_.size()),
          lowest_(producers_.size(), -lowest_of_all) {
        std::iota(leader_.begin(), leader_.end(), 0);
    }

    QuantizationScope run() {
        QuantizationScope scope;
        for (const Node& node : graph_.nodes) {
            producers_[at(node.output)] = &node;
            for (const ValueId input : node.inputs)
                lowest_[at(input)] = std::min(lowest_[at(input)], lowest_read_by(node.op));
            if (byte_use(node.op) != ByteUse::layer) continue;
            scope.layers.push_back(&node);
            include(node.inputs.at(0));
        }
        for (const ValueId output : graph_.outputs) lowest_[at(output)] = lowest_of_all;
        for (const Node& node : graph_.nodes)
            if (in_[at(node.output)] && byte_use(node.op) == ByteUse::same)
                for (const ValueId input : node.inputs) join(input, node.output);
        std::map<ValueId, ValueGroup> groups;
        for (ValueId value = 0; value < graph_.value_count; ++value) {
            if (!in_[at(value)]) continue;
            ValueGroup& group = groups[leader(value)];
            group.lowest =
                group.values.empty() ? lowest_[at(value)] : std::min(group.lowest, lowest_[at(value)]);
            group.values.push_back(value);
        }
        for (auto& [first, group] : groups) scope.groups.push_back(std::move(group));
        return scope;
    }

  private:
    static constexpr float lowest_of_all = -1e30F;
    static std::size_t at(ValueId value) { return static_cast<std::size_t>(value); }

    static float lowest_read_by(const graph::Op& op) {
        if (std::holds_alternative<graph::Silu>(op)) return lowest_before_silu;
        if (std::holds_alternative<graph::Relu>(op)) return 0;
        return lowest_of_all;
    }

    /// The value and what leads to it.
    void include(ValueId value) {
        if (in_[at(value)]) return;
        in_[at(value)] = true;
        const Node& node = *producers_[at(value)];
        const ByteUse use = byte_use(node.op);
        if (use != ByteUse::same && use != ByteUse::new_values) return;
        for (const ValueId input : node.inputs) include(input);
    }

    ValueId leader(ValueId value) const {
        while (leader_[at(value)] != value) value = leader_[at(value)];
        return value;
    }
    void join(ValueId a, ValueId b) {
        const ValueId first = leader(a), second = leader(b);
        leader_[at(std::max(first, second))] = std::min(first, second);
    }

    const graph::Graph& graph_;
    std::vector<const Node*> producers_;  // by value
    std::vector<bool> in_;                // by value: it is 8 bits wide
    std::vector<ValueId> leader_;         // by value: the first of its group, or one before it
    std::vector<float> lowest_;           // by value
};

}  // namespace

ByteUse byte_use(const graph::Op& op) {
    using namespace graph;
    return std::visit(
        Overloaded{[](const OneOf<Concat, Slice, MaxPool, Upsample, Dropout> auto&) { return ByteUse::same; },
                   [](const OneOf<Silu, Relu, Add, GlobalAveragePool> auto&) { return ByteUse::new_values; },
                   [](const OneOf<Conv, ConvTranspose, Linear> auto&) { return ByteUse::layer; },
                   [](const OneOf<Input, BatchNorm, Softmax, Sigmoid, Sin, Cos, Sub, Mul, Scale, WeightedSum,
                                  Reshape, Transpose, MatMul, Unflatten, Constant, CellCenters, DecodeHead,
                                  NonMaxSuppression> auto&) { return ByteUse::none; }},
        op);
}

QuantizationScope quantization_scope(const graph::Graph& inference) {
    return Scope(inference).run();
}

}  // namespace yolo::exports

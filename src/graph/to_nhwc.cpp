// SPDX-License-Identifier: Apache-2.0
/// \file Channels last. Each value of the old graph gets an order in which its axes lie in the new one, and
/// ops are renamed to it: a Concat of channels is one along the last axis, a Transpose only changes the
/// order, a Reshape works if the axes that it joins or splits lie side by side. Data move only where an op
/// wants another order than its input has.
#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/permute.hpp"
#include "core/visit.hpp"
#include "graph/passes.hpp"
#include "graph/reshape_groups.hpp"
#include "graph/rewrite.hpp"

namespace yolo::graph {

namespace {

using Order = std::vector<int>;  // axis i of the new value is axis order[i] of the old one

const Order channels_last = {0, 2, 3, 1};

Order unchanged(std::size_t rank) {
    Order order(rank);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

int place_of(int axis, const Order& order) {
    return static_cast<int>(std::find(order.begin(), order.end(), axis) - order.begin());
}

class Converter {
  public:
    explicit Converter(const Network& old)
        : old_(old), values_(static_cast<std::size_t>(old.graph.value_count)) {
        const Graph& graph = old.graph;
        const int channels = std::get<Input>(graph.producer(graph.input()).op).channels;
        // What differs between two batches and sizes is not a constant of the graph.
        const int unit = std::max(graph.max_stride, 32);
        const InputSize size = graph.fixed_size.value_or(InputSize{7 * unit, 5 * unit});
        const InputSize other = graph.fixed_size.value_or(InputSize{11 * unit, 13 * unit});
        shapes_ = infer_shapes(graph, {3, channels, size.height, size.width});
        other_shapes_ = infer_shapes(graph, {5, channels, other.height, other.width});
    }

    Network run() {
        network_.graph = old_.graph;
        network_.graph.layout = Layout::nhwc;
        network_.graph.nodes.clear();
        network_.graph.value_count = 0;
        network_.weights = old_.weights;
        for (const Node& node : old_.graph.nodes) convert(node);
        for (ValueId& output : network_.graph.outputs)
            output = ordered(output, rank(output) == 4 ? channels_last : unchanged(rank(output)));
        for (Layer& layer : network_.graph.layers) follow(layer.output);
        if (network_.graph.head) follow(*network_.graph.head);
        tidy(network_.graph);
        return std::move(network_);
    }

  private:
    struct Value {
        const Node* node = nullptr;  // of the old graph
        ValueId id = -1;  // of the new one; -1: a Constant, which is made in the orders it is read in
        Order order;
        bool made = false;  // a Constant: its plain name is taken
    };

    std::size_t rank(ValueId value) const { return shapes_.at(static_cast<std::size_t>(value)).size(); }
    Value& value_of(ValueId old) { return values_.at(static_cast<std::size_t>(old)); }

    ValueId append(const Node& node, std::string name, Op op, std::vector<ValueId> inputs) {
        Graph& graph = network_.graph;
        graph.nodes.push_back(
            {std::move(name), std::move(op), std::move(inputs), graph.value_count, node.layer});
        return graph.value_count++;
    }
    void put(const Node& node, Op op, std::vector<ValueId> inputs, Order order) {
        const ValueId id = append(node, node.name, std::move(op), std::move(inputs));
        value_of(node.output) = {&node, id, std::move(order), false};
    }

    /// The value of the old graph, its axes in that order.
    ValueId ordered(ValueId old, const Order& order) {
        Value& value = value_of(old);
        if (value.id >= 0 && value.order == order) return value.id;
        const auto [found, added] = moved_.try_emplace({old, order}, -1);
        if (!added) return found->second;
        std::string name = value.node->name;
        if (value.id >= 0 || value.made) name += fmt::format(".axes_{}", fmt::join(order, ""));
        value.made = true;
        if (value.id >= 0) {
            Transpose transpose;
            for (const int axis : order) transpose.perm.push_back(place_of(axis, value.order));
            return found->second = append(*value.node, std::move(name), std::move(transpose), {value.id});
        }
        const Tensor values = permute(old_.weights.at(value.node->name + ".value"), order);
        network_.weights[name + ".value"] = values;
        return found->second = append(*value.node, std::move(name), Constant{values.shape()}, {});
    }

    void convert(const Node& node);
    void convert_reshape(const Node& node, const Reshape& reshape);
    /// The order in which an op of several inputs finds most of them: that of the first that is no constant.
    Order common_order(const Node& node);
    std::vector<ValueId> inputs_in(const Node& node, const Order& order);
    Order with_last_axis_last(ValueId value);

    void follow(ValueId& value) { value = value < 0 ? -1 : value_of(value).id; }
    void follow(Head& head) {
        for (HeadBranch* branch : {&head.box, &head.cls, &head.extra})
            for (ValueId& map : branch->maps) follow(map);
        if (head.proto) follow(*head.proto);
    }

    const Network& old_;
    std::vector<Shape> shapes_, other_shapes_;  // of the old values, for two inputs
    std::vector<Value> values_;                 // by old value
    std::map<std::pair<ValueId, Order>, ValueId> moved_;
    Network network_;
};

Order Converter::common_order(const Node& node) {
    std::size_t highest = 0;
    for (const ValueId input : node.inputs) highest = std::max(highest, rank(input));
    for (const ValueId input : node.inputs) {
        // A lower rank broadcasts along the last axes of the old order.
        if (rank(input) != highest) return unchanged(highest);
    }
    for (const ValueId input : node.inputs) {
        if (value_of(input).id >= 0) return value_of(input).order;
    }
    return unchanged(highest);
}

std::vector<ValueId> Converter::inputs_in(const Node& node, const Order& order) {
    std::vector<ValueId> inputs;
    for (const ValueId input : node.inputs)
        inputs.push_back(ordered(input, rank(input) == order.size() ? order : unchanged(rank(input))));
    return inputs;
}

Order Converter::with_last_axis_last(ValueId value) {
    Order order = value_of(value).id < 0 ? unchanged(rank(value)) : value_of(value).order;
    const auto last = std::find(order.begin(), order.end(), static_cast<int>(rank(value)) - 1);
    std::rotate(last, last + 1, order.end());
    return order;
}

void Converter::convert_reshape(const Node& node, const Reshape& reshape) {
    const ValueId input = node.inputs.at(0);
    const auto at = static_cast<std::size_t>(input), to = static_cast<std::size_t>(node.output);
    const Order order = value_of(input).id < 0 ? unchanged(rank(input)) : value_of(input).order;
    const std::array<Reshaped, 2> examples = {Reshaped{shapes_[at], shapes_[to]},
                                              {other_shapes_[at], other_shapes_[to]}};
    const std::optional<OrderedReshape> moved = reshape_in_order(examples, order);
    if (moved) {
        put(node, Reshape{moved->dims}, {ordered(input, order)}, moved->order);
    } else {
        put(node, reshape, {ordered(input, unchanged(rank(input)))}, unchanged(rank(node.output)));
    }
}

void Converter::convert(const Node& node) {
    const auto input = [&] { return node.inputs.at(0); };
    std::visit(
        Overloaded{
            [&](const Input& op) { put(node, op, {}, channels_last); },
            [&](const OneOf<Conv, ConvTranspose, BatchNorm, MaxPool, Upsample> auto& op) {
                put(node, op, {ordered(input(), channels_last)}, channels_last);
            },
            [&](const GlobalAveragePool& op) {
                put(node, op, {ordered(input(), channels_last)}, unchanged(2));
            },
            [&](const CellCenters& op) {
                put(node, op, {ordered(input(), channels_last)}, {0, 2, 1});
            },
            [&](const Linear& op) { put(node, op, {ordered(input(), unchanged(2))}, unchanged(2)); },
            [&](const OneOf<Silu, Relu, Dropout, Sigmoid, Sin, Cos, Scale, Add, Sub, Mul> auto& op) {
                const Order order = common_order(node);
                put(node, op, inputs_in(node, order), order);
            },
            [&](const Concat& op) {
                const Order order = common_order(node);
                put(node, Concat{place_of(op.axis, order)}, inputs_in(node, order), order);
            },
            [&](const Slice& op) {
                const Order order = common_order(node);
                put(node, Slice{op.begin, op.end, place_of(op.axis, order)}, inputs_in(node, order), order);
            },
            [&](const Softmax& op) {
                const Order order = with_last_axis_last(input());
                put(node, op, inputs_in(node, order), order);
            },
            [&](const WeightedSum& op) {
                const Order order = with_last_axis_last(input());
                put(node, op, inputs_in(node, order), Order(order.begin(), order.end() - 1));
            },
            [&](const MatMul& op) {
                put(node, op, inputs_in(node, unchanged(rank(input()))), unchanged(rank(input())));
            },
            [&](const Unflatten& op) {
                put(node, op, {ordered(input(), {0, 2, 1}), ordered(node.inputs.at(1), channels_last)},
                    channels_last);
            },
            [&](const Reshape& op) { convert_reshape(node, op); },
            [&](const NonMaxSuppression& op) {
                put(node, op, {ordered(input(), unchanged(3))}, unchanged(3));
            },
            [&](const Transpose& op) {
                const Value from = value_of(input());
                if (from.id < 0) {
                    put(node, op, {ordered(input(), unchanged(rank(input())))}, unchanged(rank(input())));
                    return;
                }
                Order order;  // the data stay where they are
                for (const int axis : from.order) order.push_back(place_of(axis, op.perm));
                value_of(node.output) = {&node, from.id, std::move(order), false};
            },
            [&](const Constant&) {
                network_.weights.erase(node.name + ".value");
                value_of(node.output) = {&node, -1, {}, false};
            },
            [&](const DecodeHead&) { throw Error(fmt::format("{} is to be expanded first", node.name)); }},
        node.op);
}

}  // namespace

Network to_nhwc(const Network& exporting) {
    const Graph& graph = exporting.graph;
    if (graph.stage != Stage::exporting || graph.layout != Layout::nchw) {
        throw Error(
            fmt::format("{} cannot be turned to NHWC: it is not of the exporting stage in NCHW", graph.name));
    }
    return Converter(exporting).run();
}

}  // namespace yolo::graph

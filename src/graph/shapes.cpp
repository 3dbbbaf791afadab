// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <span>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"
#include "graph/graph.hpp"

namespace yolo::graph {

namespace {

constexpr std::int64_t largest_value = std::int64_t{1}
                                       << 40;  // elements: far above any picture, far below an overflow

using Inputs = std::span<const Shape* const>;

void expect(bool fits, const char* problem) {
    if (!fits) throw Error(problem);
}

std::int64_t window_count(std::int64_t size, int kernel, int stride, int padding, int dilation) {
    const std::int64_t room = size + 2 * std::int64_t{padding} - std::int64_t{dilation} * (kernel - 1) - 1;
    expect(room >= 0, "its window is larger than the padded map");
    return room / stride + 1;
}

struct Map {
    std::int64_t count, channels, height, width;
};

/// NumPy's rule: the axes are compared from the last one; a missing one counts as 1, and 1 fits anything.
Shape broadcast(const Shape& a, const Shape& b) {
    const Shape& longer = a.size() < b.size() ? b : a;
    const Shape& shorter = a.size() < b.size() ? a : b;
    Shape joined = longer;
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        std::int64_t& size = joined[joined.size() - 1 - i];
        const std::int64_t other = shorter[shorter.size() - 1 - i];
        expect(size == other || size == 1 || other == 1, "its inputs do not broadcast");
        if (size == 1) size = other;
    }
    return joined;
}

std::size_t axis_of(int axis, const Shape& shape) {
    expect(0 <= axis && axis < static_cast<int>(shape.size()), "there is no such axis");
    return static_cast<std::size_t>(axis);
}

struct OutputShape {
    const Graph& graph;
    Inputs inputs = {};

    const Shape& input() const {
        expect(inputs.size() == 1, "expects one input");
        return *inputs[0];
    }
    Map map() const {
        const Shape& x = input();
        expect(x.size() == 4, "expects a map (N, C, H, W)");
        return graph.layout == Layout::nchw ? Map{x[0], x[1], x[2], x[3]} : Map{x[0], x[3], x[1], x[2]};
    }
    Shape shape_of(const Map& m) const {
        return graph.layout == Layout::nchw ? Shape{m.count, m.channels, m.height, m.width}
                                            : Shape{m.count, m.height, m.width, m.channels};
    }

    Shape operator()(const Input&) const { throw Error("an Input has no inputs"); }
    Shape operator()(const Conv& conv) const {
        const Map x = map();
        expect(x.channels == conv.in_channels, "the number of input channels does not fit");
        const auto along = [&conv](std::int64_t size) {
            return window_count(size, conv.kernel, conv.stride, conv.padding, conv.dilation);
        };
        return shape_of({x.count, conv.out_channels, along(x.height), along(x.width)});
    }
    Shape operator()(const ConvTranspose& conv) const {
        const Map x = map();
        expect(x.channels == conv.in_channels, "the number of input channels does not fit");
        const auto along = [&conv](std::int64_t size) { return (size - 1) * conv.stride + conv.kernel; };
        return shape_of({x.count, conv.out_channels, along(x.height), along(x.width)});
    }
    Shape operator()(const BatchNorm& norm) const {
        const Map x = map();
        expect(x.channels == norm.channels, "the number of channels does not fit");
        return input();
    }
    Shape operator()(const OneOf<Add, Sub, Mul> auto&) const {
        expect(inputs.size() == 2, "expects two inputs");
        if (graph.stage == Stage::exporting) return broadcast(*inputs[0], *inputs[1]);
        expect(*inputs[0] == *inputs[1], "expects two inputs of one shape");
        return *inputs[0];
    }
    Shape operator()(const Concat& concat) const {
        expect(!inputs.empty() && inputs[0]->size() >= 2, "expects inputs with channels");
        Shape joined = *inputs[0];
        const std::size_t along = axis_of(concat.axis, joined);
        joined[along] = 0;
        for (const Shape* one : inputs) {
            expect(one->size() == joined.size(), "its inputs have different ranks");
            for (std::size_t axis = 0; axis < joined.size(); ++axis) {
                expect(axis == along || (*one)[axis] == joined[axis], "its inputs have different sizes");
            }
            joined[along] += (*one)[along];
        }
        return joined;
    }
    Shape operator()(const Slice& slice) const {
        Shape x = input();
        std::int64_t& size = x[axis_of(slice.axis, x)];
        expect(0 <= slice.begin && slice.begin < slice.end && slice.end <= size,
               slice.axis == 1 ? "the channels are out of range" : "the slice is out of range");
        size = slice.end - slice.begin;
        return x;
    }
    Shape operator()(const MaxPool& pool) const {
        const Map x = map();
        const auto along = [&pool](std::int64_t size) {
            return window_count(size, pool.kernel, pool.stride, pool.padding, 1);
        };
        return shape_of({x.count, x.channels, along(x.height), along(x.width)});
    }
    Shape operator()(const Upsample& upsample) const {
        const Map x = map();
        return shape_of({x.count, x.channels, x.height * upsample.scale, x.width * upsample.scale});
    }
    Shape operator()(const GlobalAveragePool&) const {
        const Map x = map();
        return {x.count, x.channels};
    }
    Shape operator()(const Linear& linear) const {
        expect(inputs.size() == 1 && inputs[0]->size() == 2, "expects a vector (N, features)");
        expect((*inputs[0])[1] == linear.in_features, "the number of features does not fit");
        return {(*inputs[0])[0], linear.out_features};
    }
    Shape operator()(const OneOf<Silu, Relu, Dropout, Softmax, Sigmoid, Sin, Cos, Scale> auto&) const {
        return input();
    }
    Shape operator()(const WeightedSum& sum) const {
        Shape x = input();
        expect(!x.empty() && x.back() == static_cast<std::int64_t>(sum.weights.size()),
               "the last axis is not as long as the weights");
        x.pop_back();
        return x;
    }
    Shape operator()(const Reshape& reshape) const;
    Shape operator()(const Transpose& transpose) const {
        const Shape& x = input();
        expect(transpose.perm.size() == x.size(), "the permutation is of another rank");
        Shape y;
        for (const int axis : transpose.perm) y.push_back(x[axis_of(axis, x)]);
        return y;
    }
    Shape operator()(const MatMul&) const {
        expect(inputs.size() == 2, "expects two inputs");
        const Shape &a = *inputs[0], &b = *inputs[1];
        const std::size_t rank = a.size();
        expect(rank >= 2 && b.size() == rank && a[rank - 1] == b[rank - 2] &&
                   std::equal(a.begin(), a.end() - 2, b.begin()),
               "its inputs do not fit each other");
        Shape product = a;
        product.back() = b.back();
        return product;
    }
    Shape operator()(const Unflatten&) const {
        expect(inputs.size() == 2 && inputs[0]->size() == 3 && inputs[1]->size() == 4,
               "expects columns and a map");
        const Shape &columns = *inputs[0], &like = *inputs[1];
        const bool planar = graph.layout == Layout::nchw;
        const Map map = {columns[0], columns[planar ? 1 : 2], like[planar ? 2 : 1], like[planar ? 3 : 2]};
        expect(columns[planar ? 2 : 1] == map.height * map.width, "the columns do not fit the map");
        return shape_of(map);
    }
    Shape operator()(const Constant& constant) const {
        expect(inputs.empty(), "a Constant has no inputs");
        return constant.shape;
    }
    Shape operator()(const CellCenters&) const {
        const Map x = map();
        const std::int64_t cells = x.height * x.width;
        return graph.layout == Layout::nchw ? Shape{1, 3, cells} : Shape{1, cells, 3};
    }
    Shape operator()(const DecodeHead& head) const;
    Shape operator()(const NonMaxSuppression& op) const {
        const Shape& x = input();
        expect(x.size() == 3 && x[1] == 4 + op.class_count + op.extra_channels, "expects decoded columns");
        return {x[0], op.rule.max_det, 6 + op.extra_channels};
    }
};

Shape OutputShape::operator()(const Reshape& reshape) const {
    const Shape& x = input();
    Shape y = reshape.dims;
    std::int64_t known = 1;
    std::optional<std::size_t> left;
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (y[i] == 0) y[i] = x[axis_of(static_cast<int>(i), x)];
        if (y[i] > 0) {
            known *= y[i];
            continue;
        }
        expect(!left, "only one size may be left open");
        left = i;
    }
    if (left && known > 0) y[*left] = element_count(x) / known;
    expect(element_count(y) == element_count(x), "the sizes do not fit");
    return y;
}

Shape OutputShape::operator()(const DecodeHead& head) const {
    const std::size_t levels = head.strides.size();
    const bool has_extra = head.extra != HeadExtra::none;
    expect(graph.layout == Layout::nchw, "decodes maps in NCHW only");
    expect(levels > 0 && inputs.size() == levels * (has_extra ? 3 : 2), "the number of maps does not fit");
    std::int64_t anchors = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Shape& map = *inputs[i];
        const Shape& box = *inputs[i % levels];
        const std::array<int, 3> channels = {4 * head.reg_max, head.class_count, head.extra_channels};
        expect(map.size() == 4 && map[1] == channels[i / levels], "the channels of a map do not fit");
        expect(map[0] == (*inputs[0])[0] && map[2] == box[2] && map[3] == box[3],
               "the maps of a level differ in size");
        if (i < levels) anchors += map[2] * map[3];
    }
    return {(*inputs[0])[0], 4 + head.class_count + (has_extra ? head.extra_channels : 0), anchors};
}

/// The picture's shape as the graph has it.
Shape input_shape(const Graph& graph, const Shape& nchw) {
    const bool moved = graph.layout == Layout::nhwc && nchw.size() == 4;
    return moved ? Shape{nchw[0], nchw[2], nchw[3], nchw[1]} : nchw;
}

}  // namespace

std::vector<Shape> infer_shapes(const Graph& graph, const Shape& input) {
    if (graph.fixed_size && input.size() == 4 &&
        (input[2] != graph.fixed_size->height || input[3] != graph.fixed_size->width)) {
        throw Error(fmt::format("{} takes pictures of {} x {} only, not {} x {}", graph.name,
                                graph.fixed_size->height, graph.fixed_size->width, input[2], input[3]));
    }
    std::vector<Shape> shapes(static_cast<std::size_t>(graph.value_count));
    std::vector<const Shape*> inputs;
    for (const Node& node : graph.nodes) {
        auto& output = shapes.at(static_cast<std::size_t>(node.output));
        if (std::holds_alternative<Input>(node.op)) {
            output = input_shape(graph, input);
            continue;
        }
        inputs.clear();
        for (const ValueId value : node.inputs) inputs.push_back(&shapes.at(static_cast<std::size_t>(value)));
        try {
            output = std::visit(OutputShape{graph, inputs}, node.op);
            expect(element_count(output) <= largest_value, "its output is too large");
        } catch (const Error& error) {
            std::string given;
            for (const Shape* shape : inputs) given += (given.empty() ? "" : ", ") + to_string(*shape);
            throw Error(fmt::format("{} ({}) does not fit its input {}: {}", node.name, op_name(node.op),
                                    given, error.what()));
        }
    }
    return shapes;
}

}  // namespace yolo::graph

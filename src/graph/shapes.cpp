// SPDX-License-Identifier: Apache-2.0
#include <span>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/graph.hpp"

namespace yolo::graph {

namespace {

constexpr std::int64_t largest_value = std::int64_t{1}
                                       << 40;  // elements: far above any picture, far below an overflow

using Inputs = std::span<const Shape* const>;

void expect(bool fits, const char* problem) {
    if (!fits) throw Error(problem);
}

const Shape& map_of(Inputs inputs) {  // (N, C, H, W)
    expect(inputs.size() == 1, "expects one input");
    expect(inputs[0]->size() == 4, "expects a map (N, C, H, W)");
    return *inputs[0];
}

std::int64_t window_count(std::int64_t size, int kernel, int stride, int padding, int dilation) {
    const std::int64_t room = size + 2 * std::int64_t{padding} - std::int64_t{dilation} * (kernel - 1) - 1;
    expect(room >= 0, "its window is larger than the padded map");
    return room / stride + 1;
}

struct OutputShape {
    Inputs inputs;

    Shape operator()(const Input&) const { throw Error("an Input has no inputs"); }
    Shape operator()(const Conv& conv) const {
        const Shape& x = map_of(inputs);
        expect(x[1] == conv.in_channels, "the number of input channels does not fit");
        const auto along = [&conv](std::int64_t size) {
            return window_count(size, conv.kernel, conv.stride, conv.padding, conv.dilation);
        };
        return {x[0], conv.out_channels, along(x[2]), along(x[3])};
    }
    Shape operator()(const ConvTranspose& conv) const {
        const Shape& x = map_of(inputs);
        expect(x[1] == conv.in_channels, "the number of input channels does not fit");
        return {x[0], conv.out_channels, (x[2] - 1) * conv.stride + conv.kernel,
                (x[3] - 1) * conv.stride + conv.kernel};
    }
    Shape operator()(const BatchNorm& norm) const {
        const Shape& x = map_of(inputs);
        expect(x[1] == norm.channels, "the number of channels does not fit");
        return x;
    }
    Shape operator()(const Add&) const {
        expect(inputs.size() == 2 && *inputs[0] == *inputs[1], "expects two inputs of one shape");
        return *inputs[0];
    }
    Shape operator()(const Concat&) const {
        expect(!inputs.empty() && inputs[0]->size() >= 2, "expects inputs with channels");
        Shape joined = *inputs[0];
        joined[1] = 0;
        for (const Shape* input : inputs) {
            expect(input->size() == joined.size(), "its inputs have different ranks");
            for (std::size_t axis = 0; axis < joined.size(); ++axis) {
                expect(axis == 1 || (*input)[axis] == joined[axis], "its inputs have different sizes");
            }
            joined[1] += (*input)[1];
        }
        return joined;
    }
    Shape operator()(const Slice& slice) const {
        Shape x = map_of(inputs);
        expect(0 <= slice.begin && slice.begin < slice.end && slice.end <= x[1],
               "the channels are out of range");
        x[1] = slice.end - slice.begin;
        return x;
    }
    Shape operator()(const MaxPool& pool) const {
        const Shape& x = map_of(inputs);
        const auto along = [&pool](std::int64_t size) {
            return window_count(size, pool.kernel, pool.stride, pool.padding, 1);
        };
        return {x[0], x[1], along(x[2]), along(x[3])};
    }
    Shape operator()(const Upsample& upsample) const {
        const Shape& x = map_of(inputs);
        return {x[0], x[1], x[2] * upsample.scale, x[3] * upsample.scale};
    }
    Shape operator()(const GlobalAveragePool&) const {
        const Shape& x = map_of(inputs);
        return {x[0], x[1]};
    }
    Shape operator()(const Linear& linear) const {
        expect(inputs.size() == 1 && inputs[0]->size() == 2, "expects a vector (N, features)");
        expect((*inputs[0])[1] == linear.in_features, "the number of features does not fit");
        return {(*inputs[0])[0], linear.out_features};
    }
    Shape operator()(const DecodeHead& head) const;

    template <class SameShape>  // Silu, Relu, Dropout, Softmax
    Shape operator()(const SameShape&) const {
        expect(inputs.size() == 1, "expects one input");
        return *inputs[0];
    }
};

Shape OutputShape::operator()(const DecodeHead& head) const {
    const std::size_t levels = head.strides.size();
    const bool has_extra = head.extra != HeadExtra::none;
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

}  // namespace

std::vector<Shape> infer_shapes(const Graph& graph, const Shape& input) {
    std::vector<Shape> shapes(static_cast<std::size_t>(graph.value_count));
    std::vector<const Shape*> inputs;
    for (const Node& node : graph.nodes) {
        auto& output = shapes.at(static_cast<std::size_t>(node.output));
        if (std::holds_alternative<Input>(node.op)) {
            output = input;
            continue;
        }
        inputs.clear();
        for (const ValueId value : node.inputs) inputs.push_back(&shapes.at(static_cast<std::size_t>(value)));
        try {
            output = std::visit(OutputShape{inputs}, node.op);
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

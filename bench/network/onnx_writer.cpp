// SPDX-License-Identifier: Apache-2.0
#include "onnx_writer.hpp"

#include <bit>
#include <fstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "protobuf.hpp"

namespace yolo::bench {

namespace {

// Field numbers and constants of onnx.proto3.
enum : int { model_ir_version = 1, model_graph = 7, model_opset = 8, opset_version = 2 };
enum : int { graph_node = 1, graph_name = 2, graph_initializer = 5, graph_input = 11, graph_output = 12 };
enum : int { node_input = 1, node_output = 2, node_name = 3, node_op_type = 4, node_attribute = 5 };
enum : int { attribute_name = 1, attribute_i = 3, attribute_ints = 8, attribute_type = 20 };
enum : int { attribute_type_int = 2, attribute_type_ints = 7 };
enum : int { tensor_dims = 1, tensor_data_type = 2, tensor_name = 8, tensor_raw = 9 };
enum : int { type_float = 1, type_int64 = 7 };

using Ints = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

struct Attribute {
    std::string name;
    Ints values;
    bool list = true;
};

class OnnxGraph {
  public:
    /// Adds a node with one output and returns the output's name.
    std::string node(const std::string& type, const Names& inputs,
                     const std::vector<Attribute>& attributes = {}) {
        const std::string output = fmt::format("t{}", next_++);
        Message node;
        for (const std::string& input : inputs) node.text(node_input, input);
        node.text(node_output, output).text(node_name, output).text(node_op_type, type);
        for (const Attribute& attribute : attributes) {
            Message m;
            m.text(attribute_name, attribute.name);
            if (attribute.list) {
                for (const std::int64_t value : attribute.values) m.integer(attribute_ints, value);
            } else {
                m.integer(attribute_i, attribute.values.at(0));
            }
            m.integer(attribute_type, attribute.list ? attribute_type_ints : attribute_type_int);
            node.message(node_attribute, m);
        }
        graph_.message(graph_node, node);
        return output;
    }

    std::string floats(const Shape& shape, std::span<const float> values) {
        return initializer(shape, type_float,
                           {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    std::string integers(const Ints& values) {
        return initializer({static_cast<std::int64_t>(values.size())}, type_int64,
                           {reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]});
    }

    void describe(int field, const std::string& name, const Shape& shape) {
        Message dims, tensor, type, info;
        for (const std::int64_t size : shape) dims.message(1, Message().integer(1, size));
        tensor.integer(1, type_float).message(2, dims);
        graph_.message(field, info.text(1, name).message(2, type.message(1, tensor)));
    }

    std::string model() {
        graph_.text(graph_name, "yolo");
        return Message()
            .integer(model_ir_version, 8)
            .message(model_graph, graph_)
            .message(model_opset, Message().integer(opset_version, 13))
            .bytes();
    }

  private:
    std::string initializer(const Shape& shape, int type, std::string_view raw) {
        const std::string name = fmt::format("w{}", next_++);
        Message tensor;
        for (const std::int64_t size : shape) tensor.integer(tensor_dims, size);
        tensor.integer(tensor_data_type, type).text(tensor_name, name).text(tensor_raw, raw);
        graph_.message(graph_initializer, tensor);
        return name;
    }

    Message graph_;
    int next_ = 0;
};

class Writer {
  public:
    Writer(const graph::Network& network, const Shape& input)
        : network_(network), shapes_(infer_shapes(network.graph, input)), names_(shapes_.size()) {
        names_[0] = "images";
        onnx_.describe(graph_input, names_[0], input);
    }

    std::string run() {
        for (const graph::Node& node : network_.graph.nodes) {
            if (!std::holds_alternative<graph::Input>(node.op))
                names_[static_cast<std::size_t>(node.output)] = write(node);
        }
        for (const graph::ValueId output : network_.graph.outputs)
            onnx_.describe(graph_output, name(output), shape(output));
        return onnx_.model();
    }

  private:
    const std::string& name(graph::ValueId value) const { return names_[static_cast<std::size_t>(value)]; }
    const Shape& shape(graph::ValueId value) const { return shapes_[static_cast<std::size_t>(value)]; }

    std::string parameter(const std::string& parameter_name) {
        const Tensor tensor = network_.weights.at(parameter_name).to_f32();
        return onnx_.floats(tensor.shape(), tensor.values<float>());
    }
    std::string constant(const Shape& dims, const std::vector<float>& values) {
        return onnx_.floats(dims, values);
    }

    std::string write(const graph::Node& node) {
        Names inputs;
        for (const graph::ValueId input : node.inputs) inputs.push_back(name(input));
        if (const auto* conv = std::get_if<graph::Conv>(&node.op)) {
            inputs.push_back(parameter(node.name + ".weight"));
            if (conv->bias) inputs.push_back(parameter(node.name + ".bias"));
            const std::int64_t k = conv->kernel, s = conv->stride, p = conv->padding;
            return onnx_.node("Conv", inputs,
                              {{"kernel_shape", {k, k}},
                               {"strides", {s, s}},
                               {"pads", {p, p, p, p}},
                               {"group", {conv->groups}, false}});
        }
        if (std::holds_alternative<graph::Silu>(node.op))
            return onnx_.node("Mul", {inputs[0], onnx_.node("Sigmoid", inputs)});
        if (std::holds_alternative<graph::Add>(node.op)) return onnx_.node("Add", inputs);
        if (std::holds_alternative<graph::Concat>(node.op))
            return onnx_.node("Concat", inputs, {{"axis", {1}, false}});
        if (const auto* slice = std::get_if<graph::Slice>(&node.op)) return write_slice(inputs[0], 1, *slice);
        if (const auto* pool = std::get_if<graph::MaxPool>(&node.op)) {
            const std::int64_t k = pool->kernel, s = pool->stride, p = pool->padding;
            return onnx_.node("MaxPool", inputs,
                              {{"kernel_shape", {k, k}}, {"strides", {s, s}}, {"pads", {p, p, p, p}}});
        }
        if (const auto* upsample = std::get_if<graph::Upsample>(&node.op)) {
            const auto scale = static_cast<float>(upsample->scale);
            return onnx_.node("Resize", {inputs[0], "", constant({4}, {1, 1, scale, scale})});
        }
        if (const auto* head = std::get_if<graph::DecodeHead>(&node.op)) return write_head(node, *head);
        throw Error(fmt::format("the benchmark's ONNX writer does not know {}", op_name(node.op)));
    }

    std::string write_slice(const std::string& x, std::int64_t axis, const graph::Slice& slice) {
        return onnx_.node(
            "Slice", {x, onnx_.integers({slice.begin}), onnx_.integers({slice.end}), onnx_.integers({axis})});
    }

    /// (1, C, A): the maps of all levels side by side.
    std::string join_levels(const graph::Node& node, std::size_t first, std::size_t levels) {
        Names parts;
        for (std::size_t i = first; i < first + levels; ++i) {
            const Shape& s = shape(node.inputs[i]);
            parts.push_back(
                onnx_.node("Reshape", {name(node.inputs[i]), onnx_.integers({1, s[1], s[2] * s[3]})}));
        }
        return onnx_.node("Concat", parts, {{"axis", {2}, false}});
    }

    std::string write_head(const graph::Node& node, const graph::DecodeHead& head) {
        if (head.extra != graph::HeadExtra::none)
            throw Error("the benchmark's ONNX writer knows detection heads only");
        const std::size_t levels = head.strides.size();
        std::vector<float> x, y, stride;
        for (std::size_t level = 0; level < levels; ++level) {
            const Shape& s = shape(node.inputs[level]);
            for (std::int64_t i = 0; i < s[2] * s[3]; ++i) {
                x.push_back(static_cast<float>(i % s[3]) + 0.5f);
                y.push_back(static_cast<float>(i / s[3]) + 0.5f);
                stride.push_back(static_cast<float>(head.strides[level]));
            }
        }
        const auto anchors = static_cast<std::int64_t>(x.size());
        x.insert(x.end(), y.begin(), y.end());
        const std::string points = constant({1, 2, anchors}, x);

        std::vector<float> bins(static_cast<std::size_t>(head.reg_max));
        for (std::size_t i = 0; i < bins.size(); ++i) bins[i] = static_cast<float>(i);
        std::string box = join_levels(node, 0, levels);
        box = onnx_.node("Reshape", {box, onnx_.integers({1, 4, head.reg_max, anchors})});
        box = onnx_.node("Transpose", {box}, {{"perm", {0, 2, 1, 3}}});
        box = onnx_.node("Softmax", {box}, {{"axis", {1}, false}});
        box = onnx_.node("Conv", {box, constant({1, head.reg_max, 1, 1}, bins)}, {{"kernel_shape", {1, 1}}});
        box = onnx_.node("Reshape", {box, onnx_.integers({1, 4, anchors})});
        const std::string top_left = onnx_.node("Sub", {points, write_slice(box, 1, {0, 2})});
        const std::string bottom_right = onnx_.node("Add", {points, write_slice(box, 1, {2, 4})});
        const std::string centre =
            onnx_.node("Div", {onnx_.node("Add", {top_left, bottom_right}), constant({1}, {2})});
        const std::string size = onnx_.node("Sub", {bottom_right, top_left});
        box = onnx_.node("Concat", {centre, size}, {{"axis", {1}, false}});
        box = onnx_.node("Mul", {box, constant({1, 1, anchors}, stride)});
        const std::string scores = onnx_.node("Sigmoid", {join_levels(node, levels, levels)});
        return onnx_.node("Concat", {box, scores}, {{"axis", {1}, false}});
    }

    const graph::Network& network_;
    std::vector<Shape> shapes_;
    Names names_;  // by value
    OnnxGraph onnx_;
};

}  // namespace

void write_onnx(const graph::Network& network, int height, int width, const std::filesystem::path& path) {
    const std::string model = Writer(network, {1, 3, height, width}).run();
    std::ofstream file(path, std::ios::binary);
    file.write(model.data(), static_cast<std::streamsize>(model.size()));
    if (!file.flush()) throw Error(fmt::format("'{}' cannot be written", path.string()));
}

}  // namespace yolo::bench

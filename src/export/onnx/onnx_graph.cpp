// SPDX-License-Identifier: Apache-2.0
#include "export/onnx/onnx_graph.hpp"

#include <memory>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "formats/half.hpp"

namespace yolo::exports {

namespace {

using formats::ProtoMessage;

// Field numbers and constants of onnx.proto.
enum : int { model_ir_version = 1, model_producer = 2, model_producer_version = 3, model_graph = 7 };
enum : int { model_opset = 8, model_metadata = 14, opset_version = 2, entry_key = 1, entry_value = 2 };
enum : int { graph_node = 1, graph_initializer = 5, graph_input = 11, graph_output = 12 };
enum : int { node_input = 1, node_output = 2, node_name = 3, node_op_type = 4, node_attribute = 5 };
enum : int { attribute_name = 1, attribute_i = 3, attribute_s = 4, attribute_ints = 8, attribute_type = 20 };
enum : int { attribute_type_int = 2, attribute_type_string = 3, attribute_type_ints = 7 };
enum : int { tensor_dims = 1, tensor_data_type = 2, tensor_name = 8, tensor_raw = 9 };
enum : int {
    value_name = 1,
    value_type = 2,
    type_tensor = 1,
    tensor_type_element = 1,
    tensor_type_shape = 2
};
enum : int { shape_dim = 1, dim_value = 1, dim_param = 2 };

/// The first version of the file format that knows each operator set from 12 on.
int ir_version_of(int opset) {
    if (opset <= 14) return 7;
    if (opset <= 18) return 8;
    if (opset == 19) return 9;
    return 10;
}

int element_type(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return 1;
        case DType::u8:
            return 2;
        case DType::i8:
            return 3;
        case DType::i32:
            return 6;
        case DType::i64:
            return 7;
        case DType::f16:
            return 10;
        default:
            throw Error(fmt::format("ONNX files of ours hold no tensors of type {}", to_string(dtype)));
    }
}

struct AttributeValue {
    ProtoMessage& message;

    void operator()(std::int64_t value) {
        message.integer(attribute_i, value).integer(attribute_type, attribute_type_int);
    }
    void operator()(const std::string& value) {
        message.text(attribute_s, value).integer(attribute_type, attribute_type_string);
    }
    void operator()(const std::vector<std::int64_t>& values) {
        for (const std::int64_t value : values) message.integer(attribute_ints, value);
        message.integer(attribute_type, attribute_type_ints);
    }
};

ProtoMessage value_info(const std::string& name, DType dtype, const std::vector<OnnxSize>& sizes) {
    ProtoMessage shape, tensor, type, info;
    for (const OnnxSize& size : sizes) {
        ProtoMessage dim;
        if (const auto* number = std::get_if<std::int64_t>(&size)) {
            dim.integer(dim_value, *number);
        } else {
            dim.text(dim_param, std::get<std::string>(size));
        }
        shape.message(shape_dim, std::move(dim));
    }
    tensor.integer(tensor_type_element, element_type(dtype)).message(tensor_type_shape, std::move(shape));
    type.message(type_tensor, std::move(tensor));
    info.text(value_name, name).message(value_type, std::move(type));
    return info;
}

}  // namespace

std::string OnnxGraph::unique(const std::string& name) {
    const int before = taken_[name]++;
    return before == 0 ? name : fmt::format("{}_{}", name, before);
}

std::string OnnxGraph::node(const std::string& scope, const std::string& type, const Names& inputs,
                            const std::vector<OnnxAttribute>& attributes, std::string output) {
    const std::string name = unique(scope + "/" + type);
    if (output.empty()) output = name + "_output_0";
    add_node(name, type, inputs, attributes, {output});
    return output;
}

OnnxGraph::Names OnnxGraph::node_of(const std::string& scope, const std::string& type, const Names& inputs,
                                    const std::vector<OnnxAttribute>& attributes, int outputs) {
    const std::string name = unique(scope + "/" + type);
    Names values;
    for (int i = 0; i < outputs; ++i) values.push_back(fmt::format("{}_output_{}", name, i));
    add_node(name, type, inputs, attributes, values);
    return values;
}

void OnnxGraph::add_node(const std::string& name, const std::string& type, const Names& inputs,
                         const std::vector<OnnxAttribute>& attributes, const Names& outputs) {
    ProtoMessage node;
    for (const std::string& input : inputs) node.text(node_input, input);
    for (const std::string& output : outputs) node.text(node_output, output);
    node.text(node_name, name).text(node_op_type, type);
    for (const OnnxAttribute& attribute : attributes) {
        ProtoMessage message;
        message.text(attribute_name, attribute.name);
        std::visit(AttributeValue{message}, attribute.value);
        node.message(node_attribute, std::move(message));
    }
    graph_.message(graph_node, std::move(node));
}

std::string OnnxGraph::initializer(const std::string& name, const Tensor& tensor) {
    ProtoMessage message;
    for (const std::int64_t size : tensor.shape()) message.integer(tensor_dims, size);
    message.integer(tensor_data_type, element_type(tensor.dtype())).text(tensor_name, name);
    const auto owner = std::make_shared<Tensor>(tensor);
    message.bytes(tensor_raw, {{owner->raw(), owner->bytes()}, owner});
    graph_.message(graph_initializer, std::move(message));
    return name;
}

std::string OnnxGraph::constant(const Tensor& tensor, const std::string& key) {
    const auto [known, added] = constants_.try_emplace(key);
    if (added) known->second = initializer(fmt::format("const_{}", constants_.size() - 1), tensor);
    return known->second;
}

std::string OnnxGraph::integer(std::int64_t value) {
    Tensor tensor = Tensor::allocate(DType::i64, {});
    tensor.mutable_values<std::int64_t>()[0] = value;
    return constant(tensor, fmt::format("i64 scalar {}", value));
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& values) {
    Tensor tensor = Tensor::allocate(DType::i64, {static_cast<std::int64_t>(values.size())});
    std::copy(values.begin(), values.end(), tensor.mutable_values<std::int64_t>().begin());
    return constant(tensor, fmt::format("i64 {}", fmt::join(values, ",")));
}

std::string OnnxGraph::floats(const Shape& shape, const std::vector<float>& values) {
    return constant(Tensor::from(shape, values),
                    fmt::format("f32 {} {}", fmt::join(shape, ","), fmt::join(values, ",")));
}

std::string OnnxGraph::byte(int value) {
    Tensor tensor = Tensor::allocate(DType::u8, {});
    tensor.mutable_values<std::uint8_t>()[0] = static_cast<std::uint8_t>(value);
    return constant(tensor, fmt::format("u8 scalar {}", value));
}

std::string OnnxGraph::halves(const Shape& shape, const std::vector<float>& values) {
    return constant(formats::to_half(Tensor::from(shape, values)),
                    fmt::format("f16 {} {}", fmt::join(shape, ","), fmt::join(values, ",")));
}

void OnnxGraph::input(const std::string& name, DType dtype, const std::vector<OnnxSize>& sizes) {
    graph_.message(graph_input, value_info(name, dtype, sizes));
}

void OnnxGraph::output(const std::string& name, DType dtype, const std::vector<OnnxSize>& sizes) {
    graph_.message(graph_output, value_info(name, dtype, sizes));
}

ProtoMessage OnnxGraph::model(int opset, std::string_view producer, std::string_view producer_version,
                              const std::vector<std::pair<std::string, std::string>>& metadata) {
    ProtoMessage model, operators;
    operators.text(1, "").integer(opset_version, opset);
    model.integer(model_ir_version, ir_version_of(opset))
        .text(model_producer, producer)
        .text(model_producer_version, producer_version)
        .message(model_graph, std::exchange(graph_, {}))
        .message(model_opset, std::move(operators));
    for (const auto& [key, value] : metadata) {
        ProtoMessage entry;
        entry.text(entry_key, key).text(entry_value, value);
        model.message(model_metadata, std::move(entry));
    }
    return model;
}

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#include "export/openvino/ir_model.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

namespace yolo::exports {

namespace {

constexpr std::uint64_t alignment = 64;

const char* ir_type(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return "f32";
        case DType::f16:
            return "f16";
        case DType::i64:
            return "i64";
        case DType::i32:
            return "i32";
        case DType::i8:
            return "i8";
        case DType::u8:
            return "u8";
        case DType::boolean:
            return "boolean";
        default:
            throw Error(fmt::format("OpenVINO files of ours hold no tensors of type {}", to_string(dtype)));
    }
}

/// As ports name it: "FP32", "I64".
std::string port_precision(DType dtype) {
    std::string text = ir_type(dtype);
    if (dtype == DType::boolean) return "BOOL";
    if (text[0] == 'f') return "FP" + text.substr(1);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c == 'i' ? 'I' : c == 'u' ? 'U' : c;
    });
    return text;
}

/// A text inside of an attribute's double quotes. Characters that XML has no way to hold become '?'.
std::string quoted(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\t':
            case '\n':
            case '\r':
                result += fmt::format("&#{};", static_cast<int>(c));
                break;
            default:
                result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    return result;
}

std::string port(int id, DType dtype, const IrShape& shape, const std::string& tensor = {}) {
    std::string text = fmt::format("<port id=\"{}\" precision=\"{}\"", id, port_precision(dtype));
    if (!tensor.empty()) text += fmt::format(" names=\"{}\"", quoted(tensor));
    text += '>';
    for (const std::int64_t size : shape) text += fmt::format("<dim>{}</dim>", size);
    return text + "</port>";
}

/// A port that reads: its sizes and type are those of the port at the edge's other end.
std::string input_port(int id) {
    return fmt::format("<port id=\"{}\"/>", id);
}

std::string data(const IrModel::Attributes& attributes) {
    if (attributes.empty()) return {};
    std::string text = "<data";
    for (const auto& [key, value] : attributes) text += fmt::format(" {}=\"{}\"", key, quoted(value));
    return text + "/>";
}

/// "1,3,?,?": as a Parameter states its sizes.
std::string sizes(const IrShape& shape) {
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : ",") + (size < 0 ? std::string("?") : std::to_string(size));
    return text;
}

}  // namespace

std::string IrModel::layer_head(int id, const std::string& name, const std::string& type, int opset) const {
    return fmt::format("<layer id=\"{}\" name=\"{}\" type=\"{}\" version=\"opset{}\">", id, quoted(name),
                       type, opset);
}

int IrModel::add(const std::string& text) {
    layers_ += text + "</layer>\n";
    return count_++;
}

IrValue IrModel::parameter(const std::string& name, const IrShape& shape) {
    const int id = add(layer_head(count_, name, "Parameter", 1) +
                       data({{"shape", sizes(shape)}, {"element_type", "f32"}}) + "<output>" +
                       port(0, DType::f32, shape, name) + "</output>");
    return {id, 0, DType::f32, shape};
}

void IrModel::result(const std::string& name, const IrValue& value) {
    edges_ += fmt::format("<edge from-layer=\"{}\" from-port=\"{}\" to-layer=\"{}\" to-port=\"0\"/>\n",
                          value.layer, value.port, count_);
    add(layer_head(count_, name + "/sink_port_0", "Result", 1) + "<input>" + input_port(0) + "</input>");
}

IrValue IrModel::layer(const std::string& name, const std::string& type, int opset,
                       const std::vector<IrValue>& inputs, const IrShape& shape, const Attributes& attributes,
                       DType dtype, const std::string& tensor) {
    std::string text = layer_start(name, type, opset, inputs, attributes);
    const int next_port = static_cast<int>(inputs.size());
    text += "<output>" + port(next_port, dtype, shape, tensor);
    if (type == "MaxPool") text += port(next_port + 1, DType::i64, shape);  // where the maxima are
    return {add(text + "</output>"), next_port, dtype, shape};
}

std::vector<IrValue> IrModel::layer_of(const std::string& name, const std::string& type, int opset,
                                       const std::vector<IrValue>& inputs, const Attributes& attributes,
                                       const std::vector<IrOutput>& outputs) {
    std::string text = layer_start(name, type, opset, inputs, attributes) + "<output>";
    std::vector<IrValue> values;
    int next_port = static_cast<int>(inputs.size());
    for (const IrOutput& output : outputs) {
        text += port(next_port, output.dtype, output.shape);
        values.push_back({count_, next_port++, output.dtype, output.shape});
    }
    add(text + "</output>");
    return values;
}

/// The layer up to its outputs.
std::string IrModel::layer_start(const std::string& name, const std::string& type, int opset,
                                 const std::vector<IrValue>& inputs, const Attributes& attributes) {
    std::string text = layer_head(count_, name, type, opset) + data(attributes);
    if (inputs.empty()) return text;
    text += "<input>";
    int next_port = 0;
    for (const IrValue& input : inputs) {
        edges_ += fmt::format("<edge from-layer=\"{}\" from-port=\"{}\" to-layer=\"{}\" to-port=\"{}\"/>\n",
                              input.layer, input.port, count_, next_port);
        text += input_port(next_port++);
    }
    return text + "</input>";
}

IrValue IrModel::constant(const std::string& name, const Tensor& tensor, bool decompressed) {
    constant_bytes_ = (constant_bytes_ + alignment - 1) / alignment * alignment;
    const IrShape& shape = tensor.shape();
    const int id = add(layer_head(count_, name, "Const", 1) +
                       data({{"element_type", ir_type(tensor.dtype())},
                             {"shape", fmt::format("{}", fmt::join(shape, ", "))},
                             {"offset", std::to_string(constant_bytes_)},
                             {"size", std::to_string(tensor.bytes())}}) +
                       "<output>" + port(0, tensor.dtype(), shape) + "</output>");
    constant_bytes_ += tensor.bytes();
    constants_.push_back(tensor);
    const IrValue value{id, 0, tensor.dtype(), shape};
    if (!decompressed) return value;
    edges_ +=
        fmt::format("<edge from-layer=\"{}\" from-port=\"0\" to-layer=\"{}\" to-port=\"0\"/>\n", id, count_);
    const int converted =
        add(layer_head(count_, name + "/convert", "Convert", 1) + data({{"destination_type", "f32"}}) +
            "<rt_info><attribute name=\"decompression\" version=\"0\"/></rt_info>" + "<input>" +
            input_port(0) + "</input><output>" + port(1, DType::f32, shape) + "</output>");
    return {converted, 1, DType::f32, shape};
}

IrValue IrModel::shared(const std::string& key, const Tensor& tensor) {
    const auto known = shared_.find(key);
    if (known != shared_.end()) return known->second;
    return shared_[key] = constant(fmt::format("constant_{}", shared_.size()), tensor);
}

IrValue IrModel::integers(const std::vector<std::int64_t>& values) {
    Tensor tensor = Tensor::allocate(DType::i64, {static_cast<std::int64_t>(values.size())});
    std::copy(values.begin(), values.end(), tensor.mutable_values<std::int64_t>().begin());
    return shared(fmt::format("i64 {}", fmt::join(values, ",")), tensor);
}

IrValue IrModel::integer(std::int64_t value) {
    Tensor tensor = Tensor::allocate(DType::i64, {});
    tensor.mutable_values<std::int64_t>()[0] = value;
    return shared(fmt::format("i64 scalar {}", value), tensor);
}

IrValue IrModel::floats(const Shape& shape, const std::vector<float>& values) {
    return shared(fmt::format("f32 {} {}", fmt::join(shape, ","), fmt::join(values, ",")),
                  Tensor::from(shape, values));
}

std::string IrModel::xml() const {
    std::string text =
        fmt::format("<?xml version=\"1.0\"?>\n<net name=\"{}\" version=\"11\">\n<layers>\n", quoted(name_));
    text += layers_ + "</layers>\n<edges>\n" + edges_ + "</edges>\n<rt_info>\n<model_info>\n";
    for (const auto& [key, value] : info_) text += fmt::format("<{0} value=\"{1}\"/>\n", key, quoted(value));
    return text + "</model_info>\n</rt_info>\n</net>\n";
}

void IrModel::write_constants(const FileSink& sink) const {
    std::uint64_t written = 0;
    for (const Tensor& tensor : constants_) {
        const std::uint64_t start = (written + alignment - 1) / alignment * alignment;
        static constexpr std::array<std::byte, alignment> zeros = {};
        sink(std::span(zeros).first(static_cast<std::size_t>(start - written)));
        sink({tensor.raw(), tensor.bytes()});
        written = start + tensor.bytes();
    }
}

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/onnx_file.hpp"

#include <set>

#include <yolo/error.hpp>

#include "formats/protobuf.hpp"

namespace yolo::engines {

namespace {

using formats::ProtoReader;

std::int64_t dimension_of(std::span<const std::byte> message) {
    constexpr int value_field = 1;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == value_field && !field->sized) return static_cast<std::int64_t>(field->value);
    }
    return -1;
}

/// The message in a field of a message; empty when it is not there.
std::span<const std::byte> part_of(std::span<const std::byte> message, int number) {
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == number && field->sized) return field->bytes;
    }
    return {};
}

OnnxEnd end_of(std::span<const std::byte> message) {
    constexpr int name_field = 1, type_field = 2, tensor_field = 1, shape_field = 2, dimension_field = 1;
    OnnxEnd end;
    const std::span<const std::byte> name = part_of(message, name_field);
    end.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
    ProtoReader shape(part_of(part_of(part_of(message, type_field), tensor_field), shape_field));
    while (const auto field = shape.next()) {
        if (field->number == dimension_field) end.sizes.push_back(dimension_of(field->bytes));
    }
    return end;
}

void read_tensor(std::span<const std::byte> message, OnnxFile& file, std::set<std::string>& named) {
    constexpr int type_field = 2, name_field = 8;
    int type = 0;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == type_field && !field->sized) type = static_cast<int>(field->value);
        if (field->number == name_field) named.insert(std::string(field->text()));
    }
    file.bytes_by_type[type] += message.size();
}

void read_graph(std::span<const std::byte> message, OnnxFile& file) {
    constexpr int initializer_field = 5, input_field = 11, output_field = 12;
    std::set<std::string> named;  // inputs with a value in the file are none
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == initializer_field) read_tensor(field->bytes, file, named);
        if (field->number == input_field) file.inputs.push_back(end_of(field->bytes));
        if (field->number == output_field) file.outputs.push_back(end_of(field->bytes));
    }
    std::erase_if(file.inputs, [&](const OnnxEnd& input) { return named.contains(input.name); });
}

void read_metadata(std::span<const std::byte> message, OnnxFile& file) {
    constexpr int key_field = 1, value_field = 2;
    std::string key, value;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == key_field) key = field->text();
        if (field->number == value_field) value = field->text();
    }
    file.metadata[key] = value;
}

void read_opset(std::span<const std::byte> message, OnnxFile& file) {
    constexpr int domain_field = 1, version_field = 2;
    std::string domain;
    std::int64_t version = 0;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
        if (field->number == domain_field) domain = field->text();
        if (field->number == version_field) version = static_cast<std::int64_t>(field->value);
    }
    if (domain.empty() || domain == "ai.onnx") file.opset = version;
}

}  // namespace

OnnxFile onnx_file(std::span<const std::byte> model) {
    constexpr int graph_field = 7, opset_field = 8, metadata_field = 14;
    OnnxFile file;
    bool has_graph = false;
    ProtoReader fields(model);
    while (const auto field = fields.next()) {
        if (!field->sized) continue;
        if (field->number == graph_field) read_graph(field->bytes, file);
        if (field->number == opset_field) read_opset(field->bytes, file);
        if (field->number == metadata_field) read_metadata(field->bytes, file);
        has_graph = has_graph || field->number == graph_field;
    }
    if (!has_graph) throw Error("it holds no network");
    return file;
}

}  // namespace yolo::engines

// SPDX-License-Identifier: Apache-2.0
#include "export/litert/litert_model.hpp"

#include <algorithm>
#include <limits>

#include <flatbuffers/flatbuffers.h>
#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::exports {

namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using Table = Offset<flatbuffers::Table>;
using Tables = std::vector<Table>;

constexpr std::uint32_t schema_version = 3;
constexpr const char* file_id = "TFL3";
constexpr std::size_t buffer_alignment = 16;
/// Codes beyond a byte stand in the newer field alone; the older one says this.
constexpr int largest_old_code = 127;

/// Where the schema's field of that number lies in a table.
constexpr flatbuffers::voffset_t slot(int field) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * field);
}

/// One table: fields first (offsets made before), then its end.
template <class Fill>
Table table(FlatBufferBuilder& file, Fill fill) {
    const auto start = file.StartTable();
    fill();
    return Table(file.EndTable(start));
}

template <class T>
auto numbers(FlatBufferBuilder& file, const std::vector<T>& values) {
    return file.CreateVector(values);
}

std::vector<std::int32_t> sizes(const Shape& shape) {
    return {shape.begin(), shape.end()};
}

Table scales_table(FlatBufferBuilder& file, const LitertScales& scales) {
    constexpr int scale = 2, zero_point = 3, axis = 6;
    const auto factors = numbers(file, scales.scales);
    const auto zeros = numbers(file, scales.zero_points);
    return table(file, [&] {
        file.AddOffset(slot(scale), factors);
        file.AddOffset(slot(zero_point), zeros);
        file.AddElement<std::int32_t>(slot(axis), scales.axis, 0);
    });
}

Table options_table(FlatBufferBuilder& file, const LitertOptions& options) {
    return table(file, [&] {
        for (const LitertField& field : options.fields) {
            switch (field.kind) {
                case LitertField::Kind::byte:
                    file.AddElement<std::int8_t>(slot(field.number), static_cast<std::int8_t>(field.value),
                                                 static_cast<std::int8_t>(field.usual));
                    break;
                case LitertField::Kind::integer:
                    file.AddElement<std::int32_t>(slot(field.number), static_cast<std::int32_t>(field.value),
                                                  0);
                    break;
                case LitertField::Kind::number:
                    file.AddElement<float>(slot(field.number), static_cast<float>(field.value), 0);
                    break;
            }
        }
    });
}

Table buffer_table(FlatBufferBuilder& file, const Tensor& bytes) {
    constexpr int data = 0;
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> content;
    if (!bytes.empty()) {
        file.ForceVectorAlignment(bytes.bytes(), 1, buffer_alignment);
        content = file.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.raw()), bytes.bytes());
    }
    return table(file, [&] { file.AddOffset(slot(data), content); });
}

Table code_table(FlatBufferBuilder& file, LitertCode code, int version) {
    constexpr int old_code = 0, op_version = 2, new_code = 3;
    const int number = static_cast<int>(code);
    return table(file, [&] {
        file.AddElement<std::int8_t>(slot(old_code),
                                     static_cast<std::int8_t>(std::min(number, largest_old_code)), 0);
        file.AddElement<std::int32_t>(slot(op_version), version, 1);
        file.AddElement<std::int32_t>(slot(new_code), number, 0);
    });
}

Offset<flatbuffers::Vector<Table>> names_of_ends(FlatBufferBuilder& file, const LitertModel::Ends& ends) {
    constexpr int name = 0, tensor = 1;
    Tables list;
    for (const auto& [text, id] : ends) {
        const auto stored = file.CreateString(text);
        list.push_back(table(file, [&, id = id] {
            file.AddOffset(slot(name), stored);
            file.AddElement<std::uint32_t>(slot(tensor), static_cast<std::uint32_t>(id), 0);
        }));
    }
    return file.CreateVector(list);
}

/// The network under the name by which newer programs ask for it.
Table signature_table(FlatBufferBuilder& file, const LitertModel::Ends& inputs,
                      const LitertModel::Ends& outputs) {
    constexpr int input_field = 0, output_field = 1, key_field = 2;
    const auto in = names_of_ends(file, inputs), out = names_of_ends(file, outputs);
    const auto key = file.CreateString("serving_default");
    return table(file, [&] {
        file.AddOffset(slot(input_field), in);
        file.AddOffset(slot(output_field), out);
        file.AddOffset(slot(key_field), key);
    });
}

std::vector<std::int32_t> ids_of(const LitertModel::Ends& ends) {
    std::vector<std::int32_t> ids;
    for (const auto& end : ends) ids.push_back(end.second);
    return ids;
}

}  // namespace

LitertModel::TensorId LitertModel::value(const std::string& name, const Shape& shape, LitertType type,
                                         LitertScales scales) {
    tensors_.push_back({name, shape, type, std::move(scales), {}});
    return static_cast<TensorId>(tensors_.size() - 1);
}

LitertModel::TensorId LitertModel::constant(const std::string& name, const Shape& shape, LitertType type,
                                            Tensor bytes, LitertScales scales) {
    tensors_.push_back({name, shape, type, std::move(scales), std::move(bytes)});
    return static_cast<TensorId>(tensors_.size() - 1);
}

LitertModel::TensorId LitertModel::floats(const std::string& name, const Tensor& values) {
    return constant(name, values.shape(), LitertType::float32, values);
}

LitertModel::TensorId LitertModel::integers(const std::string& name, const Shape& shape,
                                            const std::vector<std::int32_t>& values) {
    Tensor stored = Tensor::allocate(DType::i32, {static_cast<std::int64_t>(values.size())});
    std::copy(values.begin(), values.end(), stored.mutable_values<std::int32_t>().begin());
    return constant(name, shape, LitertType::int32, std::move(stored));
}

void LitertModel::op(LitertCode code, const std::vector<TensorId>& inputs, TensorId output,
                     const LitertOptions& options, int version) {
    const std::pair kind(code, version);
    const auto found = std::find(codes_.begin(), codes_.end(), kind);
    const auto index = static_cast<std::size_t>(found - codes_.begin());
    if (found == codes_.end()) codes_.push_back(kind);
    ops_.push_back({index, inputs, output, options});
}

void LitertModel::write(const FileSink& sink, const std::string& description, const Ends& inputs,
                        const Ends& outputs) const {
    std::size_t bytes = std::size_t{64} << 10U;
    for (const TensorRow& tensor : tensors_) bytes += tensor.bytes.bytes() + 256;
    if (bytes > std::numeric_limits<std::int32_t>::max())
        throw Error("it would be larger than 2 GiB, which a LiteRT file cannot be");
    FlatBufferBuilder file(bytes);
    file.ForceDefaults(false);

    // Made from the last to the first: a FlatBuffer grows towards its front.
    Tables buffers = {buffer_table(file, {})};  // the first one is empty: "no values"
    Tables tensors;
    for (const TensorRow& tensor : tensors_) {
        constexpr int shape_field = 0, type_field = 1, buffer_field = 2, name_field = 3, scales_field = 4;
        const auto shape = numbers(file, sizes(tensor.shape));
        const auto name = file.CreateString(tensor.name);
        const Table scales = tensor.scales.scales.empty() ? Table() : scales_table(file, tensor.scales);
        const std::size_t buffer = tensor.bytes.empty() ? 0 : buffers.size();
        if (buffer != 0) buffers.push_back(buffer_table(file, tensor.bytes));
        tensors.push_back(table(file, [&] {
            file.AddOffset(slot(shape_field), shape);
            file.AddElement<std::int8_t>(slot(type_field), static_cast<std::int8_t>(tensor.type), 0);
            file.AddElement<std::uint32_t>(slot(buffer_field), static_cast<std::uint32_t>(buffer), 0);
            file.AddOffset(slot(name_field), name);
            file.AddOffset(slot(scales_field), scales);
        }));
    }
    Tables ops, codes;
    for (const OpRow& op : ops_) {
        constexpr int code_field = 0, inputs_field = 1, outputs_field = 2, kind_field = 3, options_field = 4;
        const auto in = numbers(file, op.inputs);
        const auto out = numbers(file, std::vector{op.output});
        const Table options = op.options.table == 0 ? Table() : options_table(file, op.options);
        ops.push_back(table(file, [&] {
            file.AddElement<std::uint32_t>(slot(code_field), static_cast<std::uint32_t>(op.code), 0);
            file.AddOffset(slot(inputs_field), in);
            file.AddOffset(slot(outputs_field), out);
            file.AddElement<std::uint8_t>(slot(kind_field), static_cast<std::uint8_t>(op.options.table), 0);
            file.AddOffset(slot(options_field), options);
        }));
    }
    for (const auto& [code, version] : codes_) codes.push_back(code_table(file, code, version));

    const auto tensor_list = file.CreateVector(tensors), op_list = file.CreateVector(ops);
    const auto in = numbers(file, ids_of(inputs)), out = numbers(file, ids_of(outputs));
    const auto graph_name = file.CreateString("main");
    const Table graph = table(file, [&] {
        constexpr int tensors_field = 0, inputs_field = 1, outputs_field = 2, ops_field = 3, name_field = 4;
        file.AddOffset(slot(tensors_field), tensor_list);
        file.AddOffset(slot(inputs_field), in);
        file.AddOffset(slot(outputs_field), out);
        file.AddOffset(slot(ops_field), op_list);
        file.AddOffset(slot(name_field), graph_name);
    });
    const auto code_list = file.CreateVector(codes), graphs = file.CreateVector(Tables{graph});
    const auto buffer_list = file.CreateVector(buffers);
    const auto text = file.CreateString(description);
    const auto signatures = file.CreateVector(Tables{signature_table(file, inputs, outputs)});
    const Table root = table(file, [&] {
        constexpr int version = 0, codes_field = 1, graphs_field = 2, text_field = 3, buffers_field = 4,
                      signatures_field = 7;
        file.AddElement<std::uint32_t>(slot(version), schema_version, 0);
        file.AddOffset(slot(codes_field), code_list);
        file.AddOffset(slot(graphs_field), graphs);
        file.AddOffset(slot(text_field), text);
        file.AddOffset(slot(buffers_field), buffer_list);
        file.AddOffset(slot(signatures_field), signatures);
    });
    file.Finish(root, file_id);
    sink({reinterpret_cast<const std::byte*>(file.GetBufferPointer()), file.GetSize()});
}

}  // namespace yolo::exports

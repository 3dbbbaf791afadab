// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/placement.hpp"

#include <algorithm>

namespace yolo::engines::cpu {

namespace {

using graph::ValueId;

bool contains(const std::vector<ValueId>& values, ValueId value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

Placement::Placement(const FusedGraph& graph, const std::vector<Shape>& shapes, const Machine& machine,
                     Precision precision)
    : graph_(graph),
      shapes_(shapes),
      readers_(find_readers(graph)),
      producer_(shapes.size()),
      part_of_(shapes.size()),
      buffers_(shapes.size(), -1),
      block_(machine.block) {
    for (std::size_t i = 0; i < graph.operations.size(); ++i)
        producer_[index(graph.operations[i].output)] = i;
    choose_dtypes(precision);
    choose_formats(machine);
    find_slices();
    place_concats();
    for (std::size_t value = 0; value < shapes.size(); ++value) {
        const bool exists = value == 0 || producer_[value];
        if (exists && !part_of_[value]) buffers_[value] = buffer_count_++;
    }
}

/// bf16 between convolutions; float32 for vectors and for what the decoding or the caller reads.
void Placement::choose_dtypes(Precision precision) {
    dtypes_.assign(shapes_.size(), DType::f32);
    if (precision == Precision::fp32) return;
    for (std::size_t value = 0; value < shapes_.size(); ++value) {
        if (shapes_[value].size() != 4) continue;
        const bool from_conv = producer_[value] && is<graph::Conv>(graph_.operations[*producer_[value]]);
        const bool read_as_float =
            std::all_of(readers_[value].begin(), readers_[value].end(), [this](std::size_t reader) {
                const Operation& operation = graph_.operations[reader];
                return is<graph::DecodeHead>(operation) || is<graph::GlobalAveragePool>(operation);
            });
        if (!from_conv || !read_as_float) dtypes_[value] = DType::bf16;
    }
}

/// Blocked layouts let concats be written in place; the branches of the head have no concats, and oneDNN's
/// channels-last kernels are a little faster there. With AMX only channels-last convolutions use the tiles.
void Placement::choose_formats(const Machine& machine) {
    const bool tiles =
        machine.tiles && std::find(dtypes_.begin(), dtypes_.end(), DType::bf16) != dtypes_.end();
    formats_.assign(shapes_.size(), tiles ? Format::channels_last : Format::blocked);
    for (std::size_t value = 0; value < shapes_.size(); ++value) {
        if (shapes_[value].size() == 2) formats_[value] = Format::channels_last;
    }
    formats_[0] = tiles ? Format::channels_last : Format::planar;
    choose_head_formats();
}

void Placement::choose_head_formats() {
    for (std::size_t i = graph_.operations.size(); i-- > 0;) {
        const Operation& operation = graph_.operations[i];
        if (!is<graph::Conv>(operation) || contains(graph_.outputs, operation.output)) continue;
        const auto source = producer_[index(operation.inputs[0])];
        if (!source || is<graph::Concat>(graph_.operations[*source])) continue;
        const auto& readers = readers_[index(operation.output)];
        const bool head =
            !readers.empty() && std::all_of(readers.begin(), readers.end(), [this](std::size_t reader) {
                const Operation& next = graph_.operations[reader];
                return is<graph::DecodeHead>(next) ||
                       (is<graph::Conv>(next) && formats_[index(next.output)] == Format::channels_last &&
                        !next.residual);
            });
        if (head) formats_[index(operation.output)] = Format::channels_last;
    }
}

void Placement::find_slices() {
    for (const Operation& operation : graph_.operations) {
        const auto* slice = std::get_if<graph::Slice>(&operation.op);
        if (slice == nullptr) continue;
        const ValueId whole = operation.inputs[0];
        part_of_[index(operation.output)] = Part{whole, slice->begin};
        formats_[index(operation.output)] = formats_[index(whole)];
        dtypes_[index(operation.output)] = dtypes_[index(whole)];
    }
}

/// Last first, so that a concat inside a concat knows where it lies.
void Placement::place_concats() {
    for (std::size_t i = graph_.operations.size(); i-- > 0;) {
        if (is<graph::Concat>(graph_.operations[i])) place_parts(graph_.operations[i]);
    }
}

void Placement::place_parts(const Operation& concat) {
    int offset = 0;
    for (std::size_t i = 0; i < concat.inputs.size();) {
        // Neighbouring slices that make up the whole value they are from: that value can lie here.
        ValueId value = concat.inputs[i];
        std::size_t used = 1;
        if (const auto& slice = part_of_[index(value)]; slice && slice->offset == 0) {
            int covered = channels(value);
            while (i + used < concat.inputs.size()) {
                const auto& next = part_of_[index(concat.inputs[i + used])];
                if (!next || next->whole != slice->whole || next->offset != covered) break;
                covered += channels(concat.inputs[i + used++]);
            }
            if (covered == channels(slice->whole)) value = slice->whole;
        }
        if (value == concat.inputs[i]) used = 1;
        if (fits(value, concat.output, offset)) part_of_[index(value)] = Part{concat.output, offset};
        offset += channels(value);
        i += used;
    }
}

bool Placement::fits(ValueId part, ValueId whole, int offset) const {
    if (part == 0 || part_of_[index(part)]) return false;
    if (dtypes_[index(part)] != dtypes_[index(whole)] || formats_[index(part)] != formats_[index(whole)])
        return false;
    if (formats_[index(part)] == Format::channels_last) return writes_anywhere(part);
    const Part place = root(whole);
    const int first = place.offset + offset;
    const bool last = first + channels(part) == channels(place.whole);
    return first % block_ == 0 && (channels(part) % block_ == 0 || last);
}

/// Whether our own code writes the value: it can write into channels-last slices, oneDNN cannot.
bool Placement::writes_anywhere(ValueId value) const {
    const auto producer = producer_[index(value)];
    if (!producer) return false;
    const Operation& operation = graph_.operations[*producer];
    return is<graph::Upsample>(operation) || is<graph::Concat>(operation) || is<graph::Add>(operation) ||
           is<graph::Silu>(operation) || is<graph::Relu>(operation) ||
           is<graph::GlobalAveragePool>(operation);
}

int Placement::channels(ValueId value) const {
    return static_cast<int>(shapes_[index(value)].at(1));
}

Placement::Part Placement::root(ValueId value) const {
    Part place{value, 0};
    while (const auto& part = part_of_[index(place.whole)])
        place = {part->whole, place.offset + part->offset};
    return place;
}

Map Placement::map(ValueId value) const {
    const Part place = root(value);
    const Shape& shape = shapes_[index(value)];
    const Format format = formats_[index(value)];
    Map map;
    map.buffer = buffers_[index(place.whole)];
    map.dtype = dtypes_[index(value)];
    map.format = format;
    map.channels = channels(value);
    map.height = shape.size() == 4 ? static_cast<int>(shape[2]) : 1;
    map.width = shape.size() == 4 ? static_cast<int>(shape[3]) : 1;
    map.stored = channels(place.whole);
    map.block = format == Format::blocked ? block_ : format == Format::planar ? 1 : map.stored;
    map.offset = place.offset;
    return map;
}

Map Placement::new_map(ValueId value, Format format, DType dtype) {
    Map map = this->map(value);
    map.buffer = buffer_count_++;
    map.dtype = dtype;
    map.format = format;
    map.stored = map.channels;
    map.block = format == Format::blocked ? block_ : format == Format::planar ? 1 : map.channels;
    map.offset = 0;
    return map;
}

}  // namespace yolo::engines::cpu

// SPDX-License-Identifier: Apache-2.0
#include "formats/protobuf.hpp"

#include <bit>
#include <iterator>

namespace yolo::formats {

namespace {

enum WireType : unsigned { varint_type = 0, fixed64_type = 1, sized_type = 2, fixed32_type = 5 };

constexpr unsigned longest_varint = 10;  // bytes of 7 bits each

}  // namespace

std::string& ProtoMessage::tail() {
    if (pieces_.empty() || !pieces_.back().shared.bytes.empty()) pieces_.emplace_back();
    return pieces_.back().own;
}

void ProtoMessage::varint(std::uint64_t value) {
    std::string& bytes = tail();
    const std::size_t before = bytes.size();
    for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>(value | 0x80U);
    bytes += static_cast<char>(value);
    size_ += bytes.size() - before;
}

void ProtoMessage::key(int field, unsigned wire_type) {
    varint(static_cast<std::uint64_t>(field) << 3U | wire_type);
}

template <class T>
void ProtoMessage::fixed(T value) {
    append_number(tail(), value, sizeof(T));
    size_ += sizeof(T);
}

ProtoMessage& ProtoMessage::integer(int field, std::int64_t value) {
    key(field, varint_type);
    varint(static_cast<std::uint64_t>(value));
    return *this;
}

ProtoMessage& ProtoMessage::number(int field, float value) {
    key(field, fixed32_type);
    fixed(std::bit_cast<std::uint32_t>(value));
    return *this;
}

ProtoMessage& ProtoMessage::number(int field, double value) {
    key(field, fixed64_type);
    fixed(std::bit_cast<std::uint64_t>(value));
    return *this;
}

ProtoMessage& ProtoMessage::text(int field, std::string_view value) {
    key(field, sized_type);
    varint(value.size());
    tail() += value;
    size_ += value.size();
    return *this;
}

ProtoMessage& ProtoMessage::bytes(int field, SharedBytes value) {
    key(field, sized_type);
    varint(value.bytes.size());
    size_ += value.bytes.size();
    tail();
    pieces_.back().shared = std::move(value);
    return *this;
}

ProtoMessage& ProtoMessage::message(int field, ProtoMessage value) {
    key(field, sized_type);
    varint(value.size_);
    size_ += value.size_;
    if (value.pieces_.empty()) return *this;
    tail() += value.pieces_.front().own;
    pieces_.back().shared = std::move(value.pieces_.front().shared);
    pieces_.insert(pieces_.end(), std::make_move_iterator(value.pieces_.begin() + 1),
                   std::make_move_iterator(value.pieces_.end()));
    return *this;
}

ProtoMessage& ProtoMessage::integers(int field, std::span<const std::int64_t> values) {
    ProtoMessage packed;
    for (const std::int64_t value : values) packed.varint(static_cast<std::uint64_t>(value));
    return message(field, std::move(packed));
}

void ProtoMessage::write(const FileSink& sink) const {
    for (const Piece& piece : pieces_) {
        sink(std::as_bytes(std::span(piece.own)));
        sink(piece.shared.bytes);
    }
}

std::string ProtoMessage::text() const {
    std::string all;
    all.reserve(size_);
    write([&all](std::span<const std::byte> bytes) {
        all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    return all;
}

std::span<const std::byte> ProtoReader::take(std::uint64_t count) {
    if (count > left_.size()) throw Error("it is cut off");
    const auto run = left_.first(static_cast<std::size_t>(count));
    left_ = left_.subspan(run.size());
    return run;
}

std::uint64_t ProtoReader::varint() {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < longest_varint; ++i) {
        const auto byte = std::to_integer<std::uint64_t>(take(1).front());
        value |= (byte & 0x7fU) << (7 * i);
        if (byte < 0x80U) return value;
    }
    throw Error("it is damaged: a number in it has no end");
}

std::uint64_t ProtoReader::fixed(std::size_t bytes) {
    const auto run = take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8U | std::to_integer<std::uint64_t>(run[i]);
    return value;
}

std::optional<ProtoField> ProtoReader::next() {
    if (left_.empty()) return std::nullopt;
    const std::uint64_t key = varint();
    constexpr std::uint64_t highest_number = (1U << 29U) - 1;
    ProtoField field;
    if (key >> 3U == 0 || key >> 3U > highest_number) throw Error("it is damaged: a field has no number");
    field.number = static_cast<int>(key >> 3U);
    switch (key & 7U) {
        case varint_type:
            field.value = varint();
            return field;
        case fixed64_type:
            field.value = fixed(sizeof(std::uint64_t));
            return field;
        case fixed32_type:
            field.value = fixed(sizeof(std::uint32_t));
            return field;
        case sized_type:
            field.bytes = take(varint());
            field.sized = true;
            return field;
        default:
            throw Error("it is damaged: a field has an unknown wire type");
    }
}

}  // namespace yolo::formats

// SPDX-License-Identifier: Apache-2.0
/// \file Protocol Buffers' wire format: a message is a run of (field number and wire type, value).
/// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.hpp"
#include "formats/bytes.hpp"

namespace yolo::formats {

/// A message as it is written. Large values are kept as references, so that a model's weights are never
/// copied.
class ProtoMessage {
  public:
    ProtoMessage& integer(int field, std::int64_t value);
    ProtoMessage& number(int field, float value);
    ProtoMessage& number(int field, double value);
    ProtoMessage& text(int field, std::string_view value);
    ProtoMessage& bytes(int field, SharedBytes value);
    ProtoMessage& message(int field, ProtoMessage value);
    /// A repeated field of integers, in one packed run.
    ProtoMessage& integers(int field, std::span<const std::int64_t> values);

    std::uint64_t size() const { return size_; }
    void write(const FileSink& sink) const;
    std::string text() const;  ///< the whole message, for small ones

  private:
    /// Bytes of our own, then bytes of somebody else's.
    struct Piece {
        std::string own;
        SharedBytes shared;
    };
    std::string& tail();
    void key(int field, unsigned wire_type);
    void varint(std::uint64_t value);
    template <class T>
    void fixed(T value);

    std::vector<Piece> pieces_;
    std::uint64_t size_ = 0;
};

/// One field of a message that is read; `bytes` is a view of it.
struct ProtoField {
    int number = 0;
    std::uint64_t value = 0;           ///< of an integer or a fixed number, as its bits
    std::span<const std::byte> bytes;  ///< of a text, bytes or a message; else empty
    bool sized = false;                ///< which of the two it has

    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// Reads a message field by field; nothing is copied, and nothing of a file can make it read outside of it.
class ProtoReader {
  public:
    explicit ProtoReader(std::span<const std::byte> message) : left_(message) {}
    /// The next field; none at the end. Throws Error when the message is cut off or no message at all.
    std::optional<ProtoField> next();

  private:
    std::uint64_t varint();
    std::uint64_t fixed(std::size_t bytes);
    std::span<const std::byte> take(std::uint64_t count);

    std::span<const std::byte> left_;
};

}  // namespace yolo::formats

// SPDX-License-Identifier: Apache-2.0
/// \file Protocol Buffers' wire format: a message is a string of (field number and wire type, value).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yolo::bench {

class Message {
  public:
    Message& integer(int field, std::int64_t value) {
        varint(static_cast<std::uint64_t>(field) << 3U);
        varint(static_cast<std::uint64_t>(value));
        return *this;
    }
    Message& text(int field, std::string_view value) {
        varint(static_cast<std::uint64_t>(field) << 3U | 2U);
        varint(value.size());
        bytes_ += value;
        return *this;
    }
    Message& message(int field, const Message& value) { return text(field, value.bytes_); }

    const std::string& bytes() const { return bytes_; }

  private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80U; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
        bytes_ += static_cast<char>(value);
    }
    std::string bytes_;
};

}  // namespace yolo::bench

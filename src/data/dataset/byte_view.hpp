// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <yolo/error.hpp>

namespace yolo::data {

/// Numbers at places of a file; past its end an Error with the given text is thrown.
class ByteView {
  public:
    ByteView(std::span<const std::byte> bytes, const char* past_end) : bytes_(bytes), past_end_(past_end) {}

    std::size_t size() const { return bytes_.size(); }
    std::span<const std::byte> part(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || size > bytes_.size() - at) throw Error(past_end_);
        return bytes_.subspan(at, size);
    }
    std::string_view text(std::size_t at, std::size_t size) const {
        return {reinterpret_cast<const char*>(part(at, size).data()), size};
    }
    unsigned u8(std::size_t at) const { return std::to_integer<unsigned>(part(at, 1)[0]); }
    std::uint32_t big16(std::size_t at) const { return u8(at) << 8 | u8(at + 1); }
    std::uint32_t big32(std::size_t at) const { return big16(at) << 16 | big16(at + 2); }
    std::uint32_t little16(std::size_t at) const { return u8(at + 1) << 8 | u8(at); }
    std::uint32_t little32(std::size_t at) const { return little16(at + 2) << 16 | little16(at); }

  private:
    std::span<const std::byte> bytes_;
    const char* past_end_;
};

}  // namespace yolo::data

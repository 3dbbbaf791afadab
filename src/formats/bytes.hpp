// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <yolo/error.hpp>

namespace yolo::formats {

/// Bytes together with what keeps them alive: a mapped file, or a buffer on the heap.
struct SharedBytes {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;

    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// Adds the low `bytes` bytes of a number, little-endian.
inline void append_number(std::string& to, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i) & 0xFFU);
}

/// What reading one file may cost on the heap, whatever the file claims: a small file that wants much more is
/// a bomb.
class Allowance {
  public:
    /// Half-precision weights deflate by about a tenth; twenty-fold is far outside of what a model needs.
    explicit Allowance(std::size_t file_size) : left_(floor + 20 * std::uint64_t{file_size}) {}

    /// Takes `bytes` off. Throws Error when the file asks for more than its share.
    void spend(std::uint64_t bytes) {
        if (bytes > left_)
            throw Error("it unpacks to far more than its own size: refused as a decompression bomb");
        left_ -= bytes;
    }

  private:
    static constexpr std::uint64_t floor = std::uint64_t{64} << 20U;
    std::uint64_t left_;
};

}  // namespace yolo::formats

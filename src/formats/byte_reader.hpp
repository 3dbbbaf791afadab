// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <yolo/error.hpp>

namespace yolo::formats {

/// Reads little-endian numbers and byte runs from front to back. Every read is checked: past the end it
/// throws Error with the text given at construction.
class ByteReader {
  public:
    ByteReader(std::span<const std::byte> bytes, std::string_view past_end)
        : bytes_(bytes), past_end_(past_end) {}

    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }

    std::span<const std::byte> take(std::uint64_t count) {
        if (count > left()) throw Error(std::string(past_end_));
        const auto run = bytes_.subspan(position_, static_cast<std::size_t>(count));
        position_ += run.size();
        return run;
    }
    void skip(std::uint64_t count) { take(count); }

    template <std::unsigned_integral T>
    T number() {
        const auto run = take(sizeof(T));
        T value = 0;
        for (std::size_t i = sizeof(T); i-- > 0;) {
            value = static_cast<T>((std::uint64_t{value} << 8U) | std::to_integer<std::uint64_t>(run[i]));
        }
        return value;
    }

    std::string_view text(std::uint64_t count) {
        const auto run = take(count);
        return {reinterpret_cast<const char*>(run.data()), run.size()};
    }
    /// Up to the next line end, which is swallowed.
    std::string_view line() {
        const auto rest = bytes_.subspan(position_);
        const void* end = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
        if (end == nullptr) throw Error(std::string(past_end_));
        const std::string_view found =
            text(static_cast<std::size_t>(static_cast<const std::byte*>(end) - rest.data()));
        skip(1);
        return found;
    }

  private:
    std::span<const std::byte> bytes_;
    std::string_view past_end_;
    std::size_t position_ = 0;
};

}  // namespace yolo::formats

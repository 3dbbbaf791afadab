// SPDX-License-Identifier: Apache-2.0
#include "metrics/bit_mask.hpp"

#include <algorithm>
#include <bit>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::metrics {

namespace {

constexpr std::size_t word_bits = 64;

// Counting bits by instruction is six times as fast; processors without it are older than 2008. (Sanitizers
// cannot run before the dynamic linker's choice.)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("popcnt", "default")))
#endif
std::int64_t
common_bits(const std::uint64_t* first, const std::uint64_t* second, std::size_t count) {
    std::int64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) bits += std::popcount(first[i] & second[i]);
    return bits;
}

}  // namespace

BitMask::BitMask(std::span<const std::uint8_t> pixels, Size size) : size_(size) {
    const auto first = std::find(pixels.begin(), pixels.end(), 1);
    if (first == pixels.end()) return;
    const auto last = std::find(pixels.rbegin(), pixels.rend(), 1).base();  // one past
    const auto begin = static_cast<std::size_t>(first - pixels.begin());
    const auto end = static_cast<std::size_t>(last - pixels.begin());
    first_word_ = begin / word_bits;
    words_.resize((end - 1) / word_bits + 1 - first_word_);
    for (std::size_t word = 0; word < words_.size(); ++word) {
        const std::size_t at = (first_word_ + word) * word_bits;
        const std::size_t count = std::min(word_bits, pixels.size() - at);
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < count; ++i) bits |= std::uint64_t{pixels[at + i] == 1} << i;
        words_[word] = bits;
        area_ += std::popcount(bits);
    }
}

std::int64_t BitMask::intersection(const BitMask& other) const {
    if (size_ != other.size_) {
        throw Error(fmt::format("masks of {}x{} and {}x{} pixels cannot be compared: give both one size",
                                size_.width, size_.height, other.size_.width, other.size_.height));
    }
    const std::size_t begin = std::max(first_word_, other.first_word_);
    const std::size_t end = std::min(first_word_ + words_.size(), other.first_word_ + other.words_.size());
    if (begin >= end) return 0;
    return common_bits(words_.data() + (begin - first_word_),
                       other.words_.data() + (begin - other.first_word_), end - begin);
}

}  // namespace yolo::metrics

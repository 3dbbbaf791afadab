// SPDX-License-Identifier: Apache-2.0
#include "metrics/bit_mask.hpp"

#include <algorithm>
#include <bit>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::metrics {

namespace {

constexpr std::size_t word_bits = 64;

// Counting bits by instruction is six times as fast; processors without it are older than 2008.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("popcnt", "default")))
#endif
std::int64_t
common_bits(const std::uint64_t* first, const std::uint64_t* second, std::size_t count) {
    std::int64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) bits += std::popcount(first[i] & second[i]);
    return bits;
}

template <class T>
std::vector<BitMask> pack_map(std::span<const T> map, Size size, std::size_t objects) {
    std::vector<BitMask> masks;
    masks.reserve(objects);
    for (std::size_t i = 1; i <= objects; ++i) masks.emplace_back(map, size, static_cast<T>(i));
    return masks;
}

}  // namespace

template <class T>
void BitMask::pack(std::span<const T> pixels, T value) {
    const auto first = std::find(pixels.begin(), pixels.end(), value);
    if (first == pixels.end()) return;
    const auto last = std::find(pixels.rbegin(), pixels.rend(), value).base();  // one past
    const auto begin = static_cast<std::size_t>(first - pixels.begin());
    const auto end = static_cast<std::size_t>(last - pixels.begin());
    first_word_ = begin / word_bits;
    words_.resize((end - 1) / word_bits + 1 - first_word_);
    for (std::size_t word = 0; word < words_.size(); ++word) {
        const std::size_t at = (first_word_ + word) * word_bits;
        const std::size_t count = std::min(word_bits, pixels.size() - at);
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < count; ++i) bits |= std::uint64_t{pixels[at + i] == value} << i;
        words_[word] = bits;
        area_ += std::popcount(bits);
    }
}

BitMask::BitMask(std::span<const std::uint8_t> pixels, Size size, std::uint8_t value) : size_(size) {
    pack(pixels, value);
}

BitMask::BitMask(std::span<const std::int32_t> pixels, Size size, std::int32_t value) : size_(size) {
    pack(pixels, value);
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

std::vector<BitMask> pack_masks(std::span<const std::uint8_t> pixels, Size size) {
    const auto each = static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
    std::vector<BitMask> masks;
    for (std::size_t at = 0; at < pixels.size(); at += each)
        masks.emplace_back(pixels.subspan(at, each), size);
    return masks;
}

std::vector<BitMask> pack_index_map(std::span<const std::uint8_t> map, Size size, std::size_t objects) {
    return pack_map(map, size, objects);
}

std::vector<BitMask> pack_index_map(std::span<const std::int32_t> map, Size size, std::size_t objects) {
    return pack_map(map, size, objects);
}

}  // namespace yolo::metrics

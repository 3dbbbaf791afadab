// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <yolo/image.hpp>

namespace yolo::metrics {

/// A binary mask with one bit per pixel, row-major; only the words between its first and its last set pixel
/// are kept.
class BitMask {
  public:
    BitMask() = default;
    /// Set where `pixels` (height, width) is 1.
    BitMask(std::span<const std::uint8_t> pixels, Size size);

    Size size() const { return size_; }
    std::int64_t area() const { return area_; }

    /// The number of pixels set in both. Throws Error when their sizes differ.
    std::int64_t intersection(const BitMask& other) const;

  private:
    Size size_;
    std::int64_t area_ = 0;
    std::size_t first_word_ = 0;        ///< place of words_[0] in the whole mask, 64 pixels each
    std::vector<std::uint64_t> words_;  ///< pixel i is bit i % 64 of word i / 64
};

}  // namespace yolo::metrics

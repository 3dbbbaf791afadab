// SPDX-License-Identifier: Apache-2.0
/// \file Randomness by counter: every number is a function of what it is drawn for, never of the thread that
/// draws it or of what was drawn before it elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace yolo::data {

/// What numbers are drawn for. The values are part of what a seed means: never renumber them.
enum class Operation : std::uint64_t {
    order = 1,
    mosaic = 2,
    mosaic_partners = 3,
    copy_paste = 4,
    perspective = 5,
    mixup = 6,
    cutmix = 7,
    hsv = 8,
    flip_up_down = 9,
    flip_left_right = 10,
    channel_order = 11,
    partner = 12,
    crop = 13,
    policy = 14,
    jitter = 15,
    erasing = 16,
    mosaic_centre = 17,
};

/// The numbers of one operation, one after the other: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
class Random {
  public:
    explicit Random(std::uint64_t state) : state_(state) {}

    std::uint64_t bits();
    double uniform();  ///< [0, 1), 53 bits
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    std::size_t below(std::size_t count);  ///< 0 .. count - 1
    int between(int low, int high);        ///< low .. high - 1
    /// Beta distribution of whole parameters: the first-smallest of first + second - 1 uniform numbers.
    double beta(int first, int second);

  private:
    std::uint64_t state_;
};

/// Where a sample stands: the numbers of its operations follow from it.
struct RandomKey {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
    std::uint64_t place = 0;   ///< in the epoch's order
    std::uint64_t branch = 0;  ///< 0 the sample itself, else a partner that is made for it

    Random operator()(Operation operation) const;
};

/// 0 .. count - 1 in random order.
std::vector<std::uint32_t> random_order(std::size_t count, Random random);

}  // namespace yolo::data

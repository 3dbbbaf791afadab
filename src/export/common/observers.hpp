// SPDX-License-Identifier: Apache-2.0
/// \file From the values that a map had on many pictures to the range that 256 steps are spread over.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace yolo::exports {

/// How a range is chosen.
enum class Observer {
    minmax,      ///< all values fit
    percentile,  ///< all but one in 100 000 at either end: a few far values do not make the steps wide
    entropy      ///< the cut that changes the distribution least (Kullback-Leibler divergence)
};

const char* to_string(Observer observer);

/// How often values were seen: bins of equal width on both sides of 0. The width is a power of two and
/// doubles when a value does not fit, so that the counts do not depend on the order of the values.
class Histogram {
  public:
    static constexpr int half = 2048;  ///< bins on each side of 0

    void add(std::span<const float> values);

    float low() const { return low_; }  ///< smallest value; 0 before there is one
    float high() const { return high_; }
    float width() const { return width_; }  ///< of a bin
    /// Bin i counts the values from (i - half) width on.
    std::span<const std::uint64_t> counts() const { return counts_; }

  private:
    void widen(float reach);

    float low_ = 0, high_ = 0, width_ = 0;
    std::vector<std::uint64_t> counts_;
};

/// The ends that an observer chooses, at most those of the histogram.
struct Ends {
    float low = 0, high = 0;
};
Ends observed_ends(const Histogram& histogram, Observer observer);

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <yolo/result.hpp>

#include "sources/source.hpp"

namespace yolo::inference {

/// Quantiles of times without keeping them: counts in steps of 5 %, from 0.1 ms to an hour.
class TimeQuantiles {
  public:
    void add(double milliseconds);
    std::int64_t count() const { return count_; }
    /// Of what was added: `share` 0.5 is the median, within 2.5 %. 0 when nothing was.
    double at(double share) const;

  private:
    static constexpr std::size_t steps = 360;
    std::array<std::int64_t, steps> counts_{};
    std::int64_t count_ = 0;
};

/// What became of the frames of one live stream.
struct StreamFigures {
    std::string name;          ///< as Frame::path
    std::int64_t frames = 0;   ///< given
    std::int64_t dropped = 0;  ///< for newer ones
    TimeQuantiles latency;     ///< as Speed::latency

    void add(const sources::Frame& frame, const Speed& speed);
};

}  // namespace yolo::inference

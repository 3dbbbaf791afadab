// SPDX-License-Identifier: Apache-2.0
#include "inference/stream_figures.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::inference {

namespace {

constexpr double shortest_ms = 0.1, step = 1.05;

}  // namespace

void TimeQuantiles::add(double milliseconds) {
    const double place = std::log(std::max(milliseconds, shortest_ms) / shortest_ms) / std::log(step);
    ++counts_[static_cast<std::size_t>(std::min(place, static_cast<double>(steps - 1)))];
    ++count_;
}

double TimeQuantiles::at(double share) const {
    if (count_ == 0) return 0;
    const auto rank =
        std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_))), 1);
    std::int64_t below = 0;
    std::size_t i = 0;
    while (i + 1 < steps && (below += counts_[i]) < rank) ++i;
    return shortest_ms * std::pow(step, static_cast<double>(i) + 0.5);
}

void StreamFigures::add(const sources::Frame& frame, const Speed& speed) {
    name = frame.path;
    ++frames;
    dropped += frame.dropped;
    latency.add(speed.latency);
}

}  // namespace yolo::inference

// SPDX-License-Identifier: Apache-2.0
/// \file How the benchmarks take times.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace yolo::bench {

template <class Work>
double seconds_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of an even number of values the upper of the two in the middle.
inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Of `rounds` runs, in milliseconds.
template <class Work>
double median_ms(int rounds, Work work) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) times.push_back(1e3 * seconds_of(work));
    return median(std::move(times));
}

}  // namespace yolo::bench

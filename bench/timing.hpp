// SPDX-License-Identifier: Apache-2.0
/// \file How the benchmarks take times.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

namespace yolo::bench {

template <class Work>
double seconds_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class Work>
double milliseconds_of(Work work) {
    return 1e3 * seconds_of(std::move(work));
}

/// Seconds that something took: by the clock, and of all threads' processors, which other work on the machine
/// changes less.
struct Cost {
    double wall = 0, processor = 0;
};

template <class Work>
Cost cost_of(Work work) {
    const std::clock_t start = std::clock();
    const double wall = seconds_of(std::move(work));
    return {wall, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC};
}

/// Of an even number of values the upper of the two in the middle.
inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

inline Cost median(const std::vector<Cost>& costs) {
    std::vector<double> walls, processors;
    for (const Cost& cost : costs) {
        walls.push_back(cost.wall);
        processors.push_back(cost.processor);
    }
    return {median(std::move(walls)), median(std::move(processors))};
}

/// Of `rounds` runs, in milliseconds.
template <class Work>
double median_ms(int rounds, Work work) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) times.push_back(milliseconds_of(work));
    return median(std::move(times));
}

}  // namespace yolo::bench

// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace yolo {
namespace {

TEST(ParallelFor, CallsEachOnceAndPassesErrorsOn) {
    for (const int threads : {1, 4}) {
        std::vector<int> calls(1000, 0);
        parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
        EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](int n) { return n == 1; }));
        EXPECT_THROW(parallel_for(10, threads, [](std::size_t) { throw std::runtime_error("x"); }),
                     std::runtime_error);
    }
    // What is told of the progress may end the work, too.
    for (const int threads : {1, 4}) {
        std::atomic<int> calls = 0;
        const auto work = [&](std::size_t) {
            ++calls;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        };
        const auto tick = [](std::size_t) { throw std::runtime_error("enough"); };
        EXPECT_THROW(parallel_for(2000, threads, work, tick), std::runtime_error);
        EXPECT_LT(calls, 2000);
    }
    parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace yolo

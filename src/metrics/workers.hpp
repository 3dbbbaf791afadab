// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/threads.hpp"

namespace yolo::metrics {

/// Calls work(i) for every i below count, on at most `threads` threads (0: as many as there are processors),
/// in any order. The first exception is passed on when all threads have ended.
template <class Work>
void for_each_index(std::size_t count, int threads, Work&& work) {
    const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : usable_processors());
    std::atomic<std::size_t> next = 0;
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto run = [&] {
        try {
            for (std::size_t i = next++; i < count; i = next++) work(i);
        } catch (...) {
            const std::lock_guard lock(failure_mutex);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < std::min(wanted, count); ++i) helpers.emplace_back(run);
        run();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace yolo::metrics

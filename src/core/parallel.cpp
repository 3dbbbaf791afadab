// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/threads.hpp"

namespace yolo {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t done)>& tick) {
    using Clock = std::chrono::steady_clock;
    constexpr auto pause = std::chrono::milliseconds(100);
    std::atomic<std::size_t> next = 0, done = 0;
    std::mutex mutex;
    std::exception_ptr failure;
    const auto run = [&](bool ticking) {
        auto last = Clock::now();
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
                ++done;
                if (ticking && tick && Clock::now() - last > pause) {
                    last = Clock::now();
                    tick(done);
                }
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : usable_processors());
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < std::min(wanted, count); ++i) others.emplace_back([&] { run(false); });
        run(true);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace yolo {

/// Calls work(i) for every i in [0, count) on `threads` threads (0: one per processor), the caller's among
/// them, in any order. The caller's thread also calls `tick` with the number done, about ten times a second.
/// The first exception of `work` or `tick` ends the work and is thrown again when all threads have ended.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t done)>& tick = {});

}  // namespace yolo

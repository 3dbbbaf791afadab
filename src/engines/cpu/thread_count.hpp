// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

namespace yolo::engines::cpu {

/// Sets the calling thread's OpenMP thread count for its life.
class ThreadCount {
  public:
    explicit ThreadCount(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
    ~ThreadCount() { omp_set_num_threads(before_); }
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;

  private:
    int before_;
};

}  // namespace yolo::engines::cpu

// SPDX-License-Identifier: Apache-2.0
#include "core/threads.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <sched.h>

namespace yolo {

namespace {

/// CPUs of the cgroup's quota (v2 cpu.max, v1 cfs files), or 0 when there is no limit.
double cgroup_quota() {
    double quota = 0, period = 0;
    std::string text;
    if (std::ifstream file("/sys/fs/cgroup/cpu.max"); file >> text >> period) {
        if (text == "max" || period <= 0) return 0;
        return std::atof(text.c_str()) / period;
    }
    std::ifstream quota_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
        period_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) return quota / period;
    return 0;
}

}  // namespace

int usable_processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    int count = static_cast<int>(std::thread::hardware_concurrency());
    if (::sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
    if (const double quota = cgroup_quota(); quota > 0)
        count = std::min(count, static_cast<int>(std::ceil(quota)));
    return std::max(count, 1);
}

int compute_threads(int requested) {
    if (requested > 0) return requested;
    if (const char* text = std::getenv("OMP_NUM_THREADS"); text != nullptr && std::atoi(text) > 0)
        return std::atoi(text);
    return usable_processors();
}

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "core/threads.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sched.h>

namespace yolo {
namespace {

TEST(Threads, RespectTheAffinityMask) {
    cpu_set_t before, one;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &before) && CPU_COUNT(&one) == 0) CPU_SET(cpu, &one);
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(usable_processors(), 1);
    sched_setaffinity(0, sizeof before, &before);
    EXPECT_LE(usable_processors(), CPU_COUNT(&before));
}

TEST(Threads, AnExplicitNumberWinsOverTheEnvironment) {
    setenv("OMP_NUM_THREADS", "3", 1);
    EXPECT_EQ(compute_threads(0), 3);
    EXPECT_EQ(compute_threads(5), 5);
    setenv("OMP_NUM_THREADS", "nonsense", 1);
    EXPECT_EQ(compute_threads(0), usable_processors());
    unsetenv("OMP_NUM_THREADS");
}

}  // namespace
}  // namespace yolo

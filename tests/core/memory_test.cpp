// SPDX-License-Identifier: Apache-2.0
#include "core/memory.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "support/golden.hpp"
#include "support/only_where.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

class MachineFiles : public testing::Test {
  protected:
    void put(const char* path, const char* text) const {
        fs::create_directories((root / path).parent_path());
        write_file(root / path, text);
    }
    const fs::path root = test::scratch_dir();
};

TEST_F(MachineFiles, WithoutLimitTheKernelDecides) {
    put("proc/meminfo", "MemTotal:       16000 kB\nMemFree: 10 kB\nMemAvailable:    8000 kB\n");
    put("proc/self/cgroup", "0::/user.slice\n");
    put("sys/fs/cgroup/user.slice/memory.max", "max\n");
    put("sys/fs/cgroup/user.slice/memory.current", "4096\n");
    EXPECT_EQ(memory_room(root).bytes, 8000 * 1024);
    EXPECT_FALSE(memory_room(root).limited);
}

TEST_F(MachineFiles, TheTightestGroupOfVersion2Decides) {
    put("proc/meminfo", "MemAvailable:    8000 kB\n");
    put("proc/self/cgroup", "0::/pod/box\n");
    put("sys/fs/cgroup/pod/memory.max", "3000000\n");
    put("sys/fs/cgroup/pod/memory.current", "2500000\n");
    put("sys/fs/cgroup/pod/memory.stat", "anon 9\ninactive_file 100000\nactive_file 7\n");
    put("sys/fs/cgroup/pod/box/memory.max", "2000000\n");
    put("sys/fs/cgroup/pod/box/memory.current", "1000000\n");
    EXPECT_EQ(memory_room(root).bytes, 600'000);
    EXPECT_TRUE(memory_room(root).limited);
}

TEST_F(MachineFiles, InsideAContainerTheMountIsTheGroup) {
    put("proc/meminfo", "MemAvailable:    8000 kB\n");
    put("proc/self/cgroup", "12:cpu,cpuacct:/x\n4:memory:/docker/0123\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1500000\n");
    put("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 200000\n");
    EXPECT_EQ(memory_room(root).bytes, 700'000);
    EXPECT_TRUE(memory_room(root).limited);
}

TEST(Memory, ThePeakBeginsAnew) {
    constexpr std::size_t size = 64 << 20;
    { const std::vector<char> before(4 * size, 1); }
    YOLO_ONLY_WHERE(peak_memory_restarted(), "/proc/self/clear_refs cannot be written");
    EXPECT_LT(peak_memory(), resident_memory() + static_cast<std::int64_t>(size));
    const std::int64_t start = peak_memory();
    { const std::vector<char> now(size, 1); }
    EXPECT_GE(peak_memory(), start + static_cast<std::int64_t>(size * 9 / 10));
    EXPECT_GT(memory_room().bytes, 0);
}

}  // namespace
}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
/// \file Exporting is work of this process alone: the kernel ends the test when a program is started or a
/// connection is made.
#include <array>
#include <cstddef>
#include <cstdio>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modes/export_support.hpp"

namespace yolo::test {
namespace {

/// From here on these system calls kill the process.
bool forbid_programs_and_connections() {
    constexpr unsigned at_number = offsetof(seccomp_data, nr);
    const auto kill_at = [](unsigned number) {
        return std::array<sock_filter, 2>{sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
                                          sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
    };
    std::vector<sock_filter> rules = {sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at_number)};
    for (const unsigned number : {SYS_execve, SYS_execveat, SYS_fork, SYS_vfork, SYS_connect}) {
        const auto rule = kill_at(number);
        rules.insert(rules.end(), rule.begin(), rule.end());
    }
    rules.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program = {static_cast<unsigned short>(rules.size()), rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// How a child ends that may not start programs or connect, and does `work`.
int end_of(const auto& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (!forbid_programs_and_connections()) ::_exit(2);
        try {
            work();
        } catch (const std::exception& error) {
            std::fputs(error.what(), stderr);
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

TEST(ExportAlone, NoProcessIsStartedAndNoConnectionMade) {
    const std::filesystem::path golden = golden_dir() / "model/detect", folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "model.pt");
    ASSERT_EQ(end_of([&] { export_golden(golden, folder, {"format=all", "imgsz=64", "check=True"}); }), 0);
    const int started = end_of([] { ::execl("/bin/true", "true", nullptr); });
    EXPECT_TRUE(WIFSIGNALED(started)) << "the filter does not see programs";
}

}  // namespace
}  // namespace yolo::test

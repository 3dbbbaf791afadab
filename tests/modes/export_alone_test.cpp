// SPDX-License-Identifier: Apache-2.0
/// \file Exporting is work of this process alone: the kernel ends the test when a program is started or a
/// connection is made.
#include <cstddef>
#include <cstdio>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modes/export_support.hpp"

namespace yolo::test {
namespace {

sock_filter load(unsigned at) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at);
}
sock_filter end_with(unsigned action) {
    return BPF_STMT(BPF_RET | BPF_K, action);
}
/// The next `count` rules are passed over when what was loaded is another number.
sock_filter unless(unsigned number, unsigned char count) {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, count);
}

/// From here on the process is killed when it starts a program or makes a socket for a network. (Users are
/// looked up through a socket of the machine's own.)
bool forbid_programs_and_connections() {
    constexpr unsigned at_number = offsetof(seccomp_data, nr), at_argument = offsetof(seccomp_data, args);
    std::vector<sock_filter> rules = {load(at_number)};
    for (const unsigned number : {SYS_execve, SYS_execveat, SYS_fork, SYS_vfork}) {
        rules.push_back(unless(number, 1));
        rules.push_back(end_with(SECCOMP_RET_KILL_PROCESS));
    }
    rules.push_back(unless(SYS_socket, 5));
    rules.push_back(load(at_argument));
    for (const unsigned family : {AF_INET, AF_INET6}) {
        rules.push_back(unless(family, 1));
        rules.push_back(end_with(SECCOMP_RET_KILL_PROCESS));
    }
    rules.push_back(end_with(SECCOMP_RET_ALLOW));
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
    const int connected = end_of([] { ::socket(AF_INET, SOCK_STREAM, 0); });
    EXPECT_TRUE(WIFSIGNALED(connected)) << "the filter does not see connections";
}

}  // namespace
}  // namespace yolo::test

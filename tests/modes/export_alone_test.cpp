// SPDX-License-Identifier: Apache-2.0
/// \file Exporting is work of this process alone: the kernel ends the test when a program is started or a
/// connection is made.
#include <csignal>
#include <cstddef>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

/// Does `work` where neither is possible, and ends the process.
void alone(const auto& work) {
    if (!forbid_programs_and_connections()) ::_exit(2);
    work();
    ::_exit(0);
}

TEST(ExportAlone, NoProcessIsStartedAndNoConnectionMade) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own, whatever ran before in this one
    const std::filesystem::path golden = golden_dir() / "model/detect", folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "model.pt");
    const std::vector<const char*> options = {"format=all", "imgsz=64", "check=True"};
    EXPECT_EXIT(alone([&] { export_golden(golden, folder, options); }), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(alone([] { ::execl("/bin/true", "true", nullptr); }), testing::KilledBySignal(SIGSYS), "");
    EXPECT_EXIT(alone([] { ::socket(AF_INET, SOCK_STREAM, 0); }), testing::KilledBySignal(SIGSYS), "");
}

}  // namespace
}  // namespace yolo::test

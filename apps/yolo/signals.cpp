// SPDX-License-Identifier: Apache-2.0
#include "signals.hpp"

#include <atomic>
#include <csignal>

namespace yolo::cli {

namespace {

// A signal handler has no argument of its own, so what it leaves behind is the program's only global
// variable.
std::atomic<int> caught = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void remember(int signal) {
    caught = signal;
}

/// As nohup and shells leave it for what must outlive the terminal.
bool is_ignored(int signal) {
    struct sigaction now = {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void catch_signal(int signal, int flags) {
    struct sigaction action = {};
    action.sa_handler = remember;
    action.sa_flags = flags | SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_signals() {
    catch_signal(SIGINT, SA_RESETHAND);
    catch_signal(SIGTERM, SA_RESETHAND);
    // A closed terminal sends it more than once: by the kernel and by the shell.
    if (!is_ignored(SIGHUP)) catch_signal(SIGHUP, 0);
}

int caught_signal() {
    return caught;
}

}  // namespace yolo::cli

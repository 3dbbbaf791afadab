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

}  // namespace

void catch_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction action = {};
        action.sa_handler = remember;
        action.sa_flags = SA_RESETHAND | SA_RESTART;
        ::sigaction(signal, &action, nullptr);
    }
}

int caught_signal() {
    return caught;
}

}  // namespace yolo::cli

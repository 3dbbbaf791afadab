// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include "signals.hpp"

namespace yolo::cli {

CommandContext command_context(Console& console) {
    catch_signals();
    return {.log = console.sink(),
            .cancelled = [] { return caught_signal() != 0; },
            .progress = console.progress()};
}

int exit_code(bool complete) {
    constexpr int by_signal = 128;
    if (caught_signal() != 0) return by_signal + caught_signal();
    return complete ? 0 : failed;
}

}  // namespace yolo::cli

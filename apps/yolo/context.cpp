// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include "signals.hpp"

namespace yolo::cli {

CommandContext command_context(Console& console, Purpose purpose) {
    catch_signals();
    return {.log = console.sink(),
            .cancelled =
                [&console, purpose] {
                    return caught_signal() != 0 || (purpose == Purpose::printing && console.reader_is_gone());
                },
            .progress = console.progress()};
}

int exit_code(bool complete) {
    constexpr int by_signal = 128;
    if (caught_signal() != 0) return by_signal + caught_signal();
    return complete ? 0 : failed;
}

}  // namespace yolo::cli

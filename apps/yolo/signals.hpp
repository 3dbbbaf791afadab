// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::cli {

/// From now on the first Ctrl-C (SIGINT) or SIGTERM only asks the running command to end, the second one
/// kills. SIGHUP, the end of the terminal, asks for the same however often it comes; where it was ignored
/// (nohup) it stays ignored.
void catch_signals();

/// The signal that asked for the end, or 0.
int caught_signal();

}  // namespace yolo::cli

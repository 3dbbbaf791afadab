// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

namespace yolo {

enum class LogLevel { debug, info, warning, error };

/// Where the library's messages go. The library itself never prints: without a sink, messages are dropped.
/// Calls may come from any thread, but never two at a time from one operation: a sink needs no lock of its
/// own, unless it is given to several operations that run side by side. The text has no line end.
using LogSink = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace yolo

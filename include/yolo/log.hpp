// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

namespace yolo {

enum class LogLevel { debug, info, warning, error };

/// Where the library's messages go. The library itself never prints: without a sink, messages are dropped.
/// Calls may come from any thread, one at a time for one operation. The text has no line end.
using LogSink = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace yolo

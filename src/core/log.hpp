// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <yolo/log.hpp>

namespace yolo {

/// The same sink, called by one thread at a time: what the library hands to several threads. An empty one
/// stays empty.
LogSink one_at_a_time(LogSink sink);

/// The same for a question.
std::function<bool()> asked_one_at_a_time(std::function<bool()> question);

}  // namespace yolo

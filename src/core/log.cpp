// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace yolo {

LogSink one_at_a_time(LogSink sink) {
    if (!sink) return sink;
    return [sink = std::move(sink), mutex = std::make_shared<std::mutex>()](LogLevel level,
                                                                            std::string_view text) {
        const std::lock_guard lock(*mutex);
        sink(level, text);
    };
}

std::function<bool()> asked_one_at_a_time(std::function<bool()> question) {
    if (!question) return question;
    return [question = std::move(question), mutex = std::make_shared<std::mutex>()] {
        const std::lock_guard lock(*mutex);
        return question();
    };
}

}  // namespace yolo

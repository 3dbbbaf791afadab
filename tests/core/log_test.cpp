// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace yolo {
namespace {

TEST(LogSink, IsCalledByOneThreadAtATime) {
    std::vector<std::string> texts;  // not locked: ThreadSanitizer, or a torn vector, shows two calls at once
    const LogSink log = one_at_a_time([&](LogLevel, std::string_view text) { texts.emplace_back(text); });
    const LogSink copy = log;
    std::thread other([&] {
        for (int i = 0; i < 20'000; ++i) copy(LogLevel::warning, "other");
    });
    for (int i = 0; i < 20'000; ++i) log(LogLevel::info, "one");
    other.join();
    EXPECT_EQ(texts.size(), 40'000U);
    EXPECT_FALSE(one_at_a_time({}));
}

}  // namespace
}  // namespace yolo

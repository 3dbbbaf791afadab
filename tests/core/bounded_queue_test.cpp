// SPDX-License-Identifier: Apache-2.0
#include "core/bounded_queue.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace yolo {
namespace {

TEST(BoundedQueue, DeliversEverythingInOrder) {
    BoundedQueue<int> queue(2);
    std::thread producer([&] {
        for (int i = 0; i < 1000; ++i) queue.push(i);
        queue.close();
    });
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(queue.pop(), i);
    EXPECT_EQ(queue.pop(), std::nullopt);
    producer.join();
}

TEST(BoundedQueue, LiveSourcesLoseTheOldest) {
    BoundedQueue<int> queue(2);
    for (int i = 0; i < 5; ++i) queue.push_newest(i);
    EXPECT_EQ(queue.pop(), 3);
    EXPECT_EQ(queue.pop(), 4);
}

TEST(BoundedQueue, AbortFreesAWaitingProducer) {
    BoundedQueue<int> queue(1);
    queue.push(1);
    bool pushed = true;
    std::thread producer([&] { pushed = queue.push(2); });
    queue.abort();
    producer.join();
    EXPECT_FALSE(pushed);
    EXPECT_EQ(queue.pop(), std::nullopt);
}

}  // namespace
}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/arena.hpp"

#include <random>

#include <gtest/gtest.h>

namespace yolo::engines::cpu {
namespace {

TEST(Arena, BuffersOfDifferentTimesShareMemory) {
    const std::vector<BufferLife> lives = {{640, 0, 1, true}, {640, 2, 3, true}, {64, 1, 2, true}};
    const ArenaLayout layout = pack(lives);
    EXPECT_EQ(layout.bytes, 704U);
    EXPECT_EQ(layout.offsets[0], layout.offsets[1]);
}

TEST(Arena, UnusedBuffersTakeNothing) {
    EXPECT_EQ(pack(std::vector<BufferLife>{{640, 0, 1, false}}).bytes, 0U);
}

TEST(Arena, NothingAliveOverlaps) {
    std::mt19937 random(3);
    for (int round = 0; round < 50; ++round) {
        std::vector<BufferLife> lives(60);
        std::size_t total = 0, most = 0;
        for (BufferLife& life : lives) {
            const std::size_t first = random() % 40;
            life = {1 + random() % 5000, first, first + random() % 6, true};
            total += (life.bytes + 63) / 64 * 64;
        }
        for (std::size_t step = 0; step < 50; ++step) {
            std::size_t alive = 0;
            for (const BufferLife& life : lives)
                alive += life.first <= step && step <= life.last ? life.bytes : 0;
            most = std::max(most, alive);
        }
        const ArenaLayout layout = pack(lives);
        EXPECT_GE(layout.bytes, most);
        EXPECT_LE(layout.bytes, total);
        for (std::size_t a = 0; a < lives.size(); ++a) {
            EXPECT_EQ(layout.offsets[a] % 64, 0U);
            EXPECT_LE(layout.offsets[a] + lives[a].bytes, layout.bytes);
            for (std::size_t b = 0; b < a; ++b) {
                if (lives[a].last < lives[b].first || lives[b].last < lives[a].first) continue;
                EXPECT_TRUE(layout.offsets[a] + lives[a].bytes <= layout.offsets[b] ||
                            layout.offsets[b] + lives[b].bytes <= layout.offsets[a]);
            }
        }
    }
}

}  // namespace
}  // namespace yolo::engines::cpu

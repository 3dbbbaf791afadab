// SPDX-License-Identifier: Apache-2.0
#include "core/mix.hpp"

#include <gtest/gtest.h>

namespace yolo {
namespace {

TEST(MixBits, GivesTheNumbersOfSplitMix64) {
    constexpr std::uint64_t seed = 1234567;
    EXPECT_EQ(mix_bits(seed + mix_step), 6457827717110365317U);
    EXPECT_EQ(mix_bits(seed + 2 * mix_step), 3203168211198807973U);
    EXPECT_EQ(mix_bits(seed + 3 * mix_step), 9817491932198370423U);
}

}  // namespace
}  // namespace yolo

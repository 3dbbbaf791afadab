// SPDX-License-Identifier: Apache-2.0
#include "graph/reshape_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yolo::graph {
namespace {

using testing::ElementsAre;

TEST(ReshapeInOrder, JoinsAMapsCells) {
    const auto moved =
        reshape_in_order({Reshaped{{3, 8, 4, 5}, {3, 8, 20}}, {{5, 8, 6, 7}, {5, 8, 42}}}, {0, 2, 3, 1});
    ASSERT_TRUE(moved);
    EXPECT_THAT(moved->dims, ElementsAre(0, -1, 8));
    EXPECT_THAT(moved->order, ElementsAre(0, 2, 1));
}

TEST(ReshapeInOrder, SplitsChannelsThatLieLast) {
    const auto moved =
        reshape_in_order({Reshaped{{3, 64, 20}, {3, 4, 16, 20}}, {{5, 64, 42}, {5, 4, 16, 42}}}, {0, 2, 1});
    ASSERT_TRUE(moved);
    EXPECT_THAT(moved->dims, ElementsAre(0, 0, 4, 16));
    EXPECT_THAT(moved->order, ElementsAre(0, 3, 1, 2));
}

TEST(ReshapeInOrder, KeepsAFixedSize) {
    const auto moved =
        reshape_in_order({Reshaped{{3, 8, 4, 5}, {3, 8, 20}}, {{5, 8, 4, 5}, {5, 8, 20}}}, {0, 2, 3, 1});
    ASSERT_TRUE(moved);
    EXPECT_THAT(moved->dims, ElementsAre(0, 20, 8));
}

TEST(ReshapeInOrder, PutsAnAxisOfOneBeforeTheNext) {
    const auto moved =
        reshape_in_order({Reshaped{{1, 2, 20}, {1, 1, 2, 20}}, {{1, 2, 42}, {1, 1, 2, 42}}}, {0, 2, 1});
    ASSERT_TRUE(moved);
    EXPECT_THAT(moved->order, ElementsAre(0, 3, 1, 2));
    EXPECT_THAT(moved->dims, ElementsAre(1, 0, 1, 2));
}

TEST(ReshapeInOrder, CannotJoinWhatLiesApart) {
    const Reshaped one{{3, 8, 4, 5}, {3, 32, 5}}, other{{5, 8, 4, 5}, {5, 32, 5}};
    EXPECT_FALSE(reshape_in_order({one, other}, {0, 2, 3, 1}));
    EXPECT_TRUE(reshape_in_order({one, other}, {0, 1, 2, 3}));
}

TEST(ReshapeInOrder, IsNotMisledByEqualSizes) {
    // 8 channels and 8 cells: only the second example tells which is which.
    EXPECT_FALSE(
        reshape_in_order({Reshaped{{3, 8, 2, 4}, {3, 8, 8}}, {{5, 8, 6, 7}, {5, 48, 7}}}, {0, 2, 3, 1}));
}

}  // namespace
}  // namespace yolo::graph

// SPDX-License-Identifier: Apache-2.0
#include "core/near_miss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yolo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Similarity, CountsTheLongestCommonSubstringAndThenBothSides) {
    EXPECT_DOUBLE_EQ(similarity("abcd", "bcde"), 0.75);
    EXPECT_DOUBLE_EQ(similarity("private", "pirate"), 10.0 / 13);
    EXPECT_DOUBLE_EQ(similarity("qabxcd", "abycdf"), 8.0 / 12);
    EXPECT_DOUBLE_EQ(similarity("", ""), 1);
    EXPECT_DOUBLE_EQ(similarity("a", ""), 0);
}

TEST(Similarity, DependsOnTheOrderOfItsArguments) {
    EXPECT_DOUBLE_EQ(similarity("tide", "diet"), 0.25);
    EXPECT_DOUBLE_EQ(similarity("diet", "tide"), 0.5);
}

TEST(NearMisses, OrdersBySimilarityThenByTextDescending) {
    const std::string_view candidates[] = {"abcx", "abcy", "abcd", "abcz", "zzzz", "abcz"};
    EXPECT_THAT(near_misses("abcd", candidates), ElementsAre("abcd", "abcz", "abcy"));
    EXPECT_THAT(near_misses("abcd", candidates, 1), ElementsAre("abcd"));
}

TEST(NearMisses, TakesExactlySixTenthsAndNothingBelow) {
    const std::string_view candidates[] = {"abcgh", "abghi"};
    EXPECT_THAT(near_misses("abcde", candidates), ElementsAre("abcgh"));
}

TEST(NearMisses, SurvivesVeryLongWords) {
    const std::string_view candidates[] = {"source"};
    EXPECT_THAT(near_misses(std::string(1 << 20, 's'), candidates), IsEmpty());
}

TEST(DidYouMean, IsATailOfASentence) {
    EXPECT_EQ(did_you_mean({}), "");
    const std::string names[] = {"a", "b", "c"};
    EXPECT_EQ(did_you_mean({names, 1}), " (did you mean a?)");
    EXPECT_EQ(did_you_mean(names), " (did you mean a, b or c?)");
}

}  // namespace
}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include "transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yolo::test {
namespace {

bool match(std::string_view expected, std::string_view actual) {
    return matches(split_lines(expected), split_lines(actual));
}

TEST(Transcript, GapsMatchTextAndLines) {
    EXPECT_TRUE(match("a\nb", "a\nb\n"));
    EXPECT_FALSE(match("a\nb", "a\nc"));
    EXPECT_FALSE(match("a", "a\nb"));
    EXPECT_FALSE(match("a\nb", "a"));
    EXPECT_TRUE(match("a ... d", "a b c d"));
    EXPECT_FALSE(match("a ... d", "a b c e"));
    EXPECT_TRUE(match("...x...x", "axbxcx"));
    EXPECT_TRUE(match("...\nz", "a\nb\nz"));
    EXPECT_TRUE(match("...", ""));
    EXPECT_FALSE(match("a\n...\nz", "a\nb"));
    EXPECT_FALSE(match("", "a"));
}

TEST(Transcript, HoldsCommandsOutputsAndExitCodes) {
    const Transcript transcript =
        parse_transcript("# text\n# needs GOLDEN\n\n$ one\na\n\nb\n\n$ two\n[exit 3]\n");
    EXPECT_THAT(transcript.needs, testing::ElementsAre("GOLDEN"));
    ASSERT_EQ(transcript.steps.size(), 2U);
    EXPECT_EQ(transcript.steps[0].command, "one");
    EXPECT_EQ(transcript.steps[0].line, 4);
    EXPECT_THAT(transcript.steps[0].expected, testing::ElementsAre("a", "", "b"));
    EXPECT_EQ(transcript.steps[0].exit_code, 0);
    EXPECT_EQ(transcript.steps[1].exit_code, 3);
}

}  // namespace
}  // namespace yolo::test

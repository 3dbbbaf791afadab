// SPDX-License-Identifier: Apache-2.0
#include "train/losses/head_view.hpp"

#include <gtest/gtest.h>

#include "support/golden_case.hpp"

namespace yolo::test {
namespace {

train::HeadView head_of(Size input) {
    train::HeadView head;
    head.input = input;
    for (const int stride : {8, 16, 32}) {
        train::HeadLevel& level = head.levels.emplace_back();
        level.height = input.height / stride;
        level.width = input.width / stride;
        level.stride = stride;
    }
    return head;
}

TEST(HeadView, EveryAnchorLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    // Which input each table is of, and that one of them lists only every 37th row, stands in the JSON's
    // description.
    const std::vector<Size> inputs{{32, 32}, {640, 640}, {96, 416}, {160, 64}};
    for (const GoldenCase& golden : golden_cases("assigner", "decode")) {
        for (std::size_t i = 0; i < inputs.size() && golden.has("anchors" + std::to_string(i)); ++i) {
            const std::vector<float> expected = golden.floats("anchors" + std::to_string(i));
            const train::HeadView head = head_of(inputs[i]);
            const int listed = static_cast<int>(expected.size() / 3);
            const int step = head.anchors() == listed ? 1 : 37;
            ASSERT_EQ((head.anchors() + step - 1) / step, listed);
            for (int row = 0; row < listed; ++row) {
                const train::AnchorPlace place = train::anchor_place(head, row * step);
                const float* wanted = &expected[static_cast<std::size_t>(row) * 3];
                EXPECT_EQ(place.x, wanted[0]) << row;
                EXPECT_EQ(place.y, wanted[1]) << row;
                EXPECT_EQ(static_cast<float>(place.level->stride), wanted[2]) << row;
            }
        }
    }
}

}  // namespace
}  // namespace yolo::test

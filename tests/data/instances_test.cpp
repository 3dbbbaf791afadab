// SPDX-License-Identifier: Apache-2.0
#include "data/augment/instances.hpp"

#include <gtest/gtest.h>

#include "data/golden_instances.hpp"

namespace yolo::data {
namespace {

TEST(Instances, CoveredShareLikeGolden) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("ioa")) continue;
        const std::vector<image::Box4> boxes = test::boxes_of(golden.floats("boxes"));
        const std::vector<float> expected = golden.floats("ioa");
        ASSERT_EQ(expected.size(), boxes.size() * boxes.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const image::Box4& cover = boxes[i / boxes.size()];
            EXPECT_NEAR(covered_share(cover, boxes[i % boxes.size()]), expected[i], 1e-5f) << i;
        }
    }
}

}  // namespace
}  // namespace yolo::data

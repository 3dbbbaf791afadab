// SPDX-License-Identifier: Apache-2.0
#include "image/anchors.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "image/golden_rows.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

template <class Row>
void expect_row(const Row& ours, const std::vector<float>& expected, std::size_t row, const char* what) {
    for (std::size_t k = 0; k < ours.size(); ++k) {
        EXPECT_NEAR(ours[k], expected[row * ours.size() + k], 1e-4) << what << " " << row;
    }
}

/// The goldens limit distances to what 16 bins can express.
Box4 limited(Box4 distances) {
    for (float& distance : distances) distance = std::clamp(distance, 0.0f, 14.99f);
    return distances;
}

TEST(AnchorsGolden, DistancesAndBoxes) {
    YOLO_REQUIRE_GOLDEN("assigner");
    const auto geometry = test::golden_cases("assigner", "geometry");
    ASSERT_FALSE(geometry.empty());
    const auto points = geometry.front().floats("anchor_points");
    for (const auto& golden : test::golden_cases("assigner", "decode")) {
        const auto dist = golden.floats("dist"), angle = golden.floats("angle");
        ASSERT_EQ(points.size() / 2, dist.size() / 4);
        for (std::size_t row = 0; row < angle.size(); ++row) {
            const Point anchor{points[row * 2], points[row * 2 + 1]};
            const Box4 distances = test::row_at<4>(dist, row);
            const Box4 xyxy = distances_to_xyxy(distances, anchor);
            expect_row(xyxy, golden.floats("xyxy"), row, "xyxy");
            expect_row(xyxy_to_xywh(xyxy), golden.floats("xywh"), row, "xywh");
            const Box4 back = xyxy_to_distances(xyxy, anchor);
            expect_row(back, golden.floats("back_unclamped"), row, "back_unclamped");
            expect_row(limited(back), golden.floats("back"), row, "back");
            const Rotated5 rotated = distances_to_rotated(distances, angle[row], anchor);
            expect_row(rotated, golden.floats("rotated"), row, "rotated");
            expect_row(limited(rotated_to_distances(rotated, anchor)), golden.floats("rotated_back"), row,
                       "rotated_back");
        }
    }
}

TEST(Anchors, RotatedExampleOfTheSpecification) {
    const Rotated5 box = distances_to_rotated({1, 2, 3, 4}, 0.5f, {10.5f, 20.5f});
    const Rotated5 expected{10.898157f, 21.857008f, 4, 6, 0.5f};
    for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(box[k], expected[k], 1e-5);
}

}  // namespace
}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#include "image/anchors.hpp"

#include <gtest/gtest.h>

#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

Box4 box_at(const std::vector<float>& values, std::size_t row) {
    return {values[row * 4], values[row * 4 + 1], values[row * 4 + 2], values[row * 4 + 3]};
}

template <class Row>
void expect_row(const Row& ours, const std::vector<float>& expected, std::size_t row, const char* what) {
    for (std::size_t k = 0; k < ours.size(); ++k) {
        EXPECT_NEAR(ours[k], expected[row * ours.size() + k], 1e-4) << what << " " << row;
    }
}

TEST(AnchorsGolden, EveryAnchorOfEveryInput) {
    YOLO_REQUIRE_GOLDEN("assigner");
    // Which input each table is of, and that one of them lists only every 37th row, stands in the JSON's
    // description.
    const std::vector<Size> inputs{{32, 32}, {640, 640}, {96, 416}, {160, 64}};
    for (const auto& golden : test::golden_cases("assigner", "decode")) {
        for (std::size_t i = 0; i < inputs.size() && golden.has("anchors" + std::to_string(i)); ++i) {
            const auto expected = golden.floats("anchors" + std::to_string(i));
            const auto anchors = make_anchors(inputs[i], std::array{8, 16, 32});
            const std::size_t step = anchors.size() == expected.size() / 3 ? 1 : 37;
            ASSERT_EQ((anchors.size() + step - 1) / step, expected.size() / 3);
            for (std::size_t row = 0; row < expected.size() / 3; ++row) {
                const Anchor& anchor = anchors[row * step];
                expect_row(std::array{anchor.x, anchor.y, anchor.stride}, expected, row, "anchor");
            }
        }
    }
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
            const Box4 distances = box_at(dist, row);
            const Box4 xyxy = distances_to_xyxy(distances, anchor);
            expect_row(xyxy, golden.floats("xyxy"), row, "xyxy");
            expect_row(distances_to_xywh(distances, anchor), golden.floats("xywh"), row, "xywh");
            const Box4 back = xyxy_to_distances(xyxy, anchor);
            expect_row(back, golden.floats("back_unclamped"), row, "back_unclamped");
            expect_row(clamp_distances(back), golden.floats("back"), row, "back");
            const Rotated5 rotated = distances_to_rotated(distances, angle[row], anchor);
            expect_row(rotated, golden.floats("rotated"), row, "rotated");
            expect_row(clamp_distances(rotated_to_distances(rotated, anchor)), golden.floats("rotated_back"),
                       row, "rotated_back");
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

// SPDX-License-Identifier: Apache-2.0
#include "image/box_forms.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "image/golden_rows.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

/// Each row of `from`, sent through `form`, is that row of `to`.
template <class Form>
void expect_form(const test::GoldenCase& golden, const std::string& from, const std::string& to, Form form) {
    const auto in = golden.floats(from), expected = golden.floats(to);
    ASSERT_EQ(in.size(), expected.size());
    for (std::size_t row = 0; row < in.size() / 4; ++row) {
        const Box4 ours = form(test::row_at<4>(in, row)), theirs = test::row_at<4>(expected, row);
        for (std::size_t k = 0; k < 4; ++k)
            EXPECT_NEAR(ours[k], theirs[k], 1e-3) << from << " to " << to << " " << row;
    }
}

TEST(BoxFormsGolden, UprightForms) {
    YOLO_REQUIRE_GOLDEN("augment");
    const Size picture{240, 320};
    for (const auto& golden : test::golden_cases("augment", "box_forms")) {
        expect_form(golden, "xywh", "xyxy", xywh_to_xyxy);
        expect_form(golden, "xyxy", "xyxy_to_xywh", xyxy_to_xywh);
        expect_form(golden, "xyxy", "xyxy_to_xywhn",
                    [&](const Box4& box) { return xyxy_to_xywhn(box, picture); });
        expect_form(golden, "xyxy", "xyxy_to_xywhn_clipped", [&](const Box4& box) {
            return xyxy_to_xywhn({std::clamp(box[0], 0.0f, 319.999f), std::clamp(box[1], 0.0f, 239.999f),
                                  std::clamp(box[2], 0.0f, 319.999f), std::clamp(box[3], 0.0f, 239.999f)},
                                 picture);
        });
        expect_form(golden, "xywh", "xywhn_to_xyxy", [&](Box4 box) {
            for (float& value : box) value /= 640;
            return xywhn_to_xyxy(box, picture, {7, 11});
        });
    }
}

void expect_same_angle(float ours, float theirs, float period) {
    const float turns = (ours - theirs) / period;
    EXPECT_NEAR(turns, std::round(turns), 1e-3 / period);
}

TEST(BoxFormsGolden, RotatedForms) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const auto& golden : test::golden_cases("augment", "box_forms")) {
        const auto rotated = golden.floats("rotated"), corners = golden.floats("corners");
        const auto from_corners = golden.floats("rotated_from_corners"),
                   regular = golden.floats("rotated_regular");
        for (std::size_t row = 0; row < rotated.size() / 5; ++row) {
            const Corners ours = rotated_to_corners(test::row_at<5>(rotated, row));
            Corners given;
            for (std::size_t i = 0; i < 4; ++i) {
                given[i] = {corners[row * 8 + i * 2], corners[row * 8 + i * 2 + 1]};
                EXPECT_NEAR(ours[i].x, given[i].x, 1e-3);
                EXPECT_NEAR(ours[i].y, given[i].y, 1e-3);
            }
            const Rotated5 back = least_rectangle(given), expected = test::row_at<5>(from_corners, row);
            for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(back[k], expected[k], 1e-3) << row;
            const bool square = std::abs(expected[2] - expected[3]) < 1e-3f;
            expect_same_angle(back[4], expected[4], square ? pi / 2 : pi);

            const Rotated5 same = least_rectangle(rotated_to_corners(test::row_at<5>(regular, row)));
            for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(same[k], expected[k], 1e-3) << row;
            expect_same_angle(same[4], expected[4], square ? pi / 2 : pi);
        }
    }
}

TEST(BoxForms, CornersOfTheSpecification) {
    const Corners corners = rotated_to_corners({50, 50, 40, 20, 0.3f});
    const Corners expected{
        Point{66.1515f, 65.4638f}, {72.0619f, 46.3570f}, {33.8485f, 34.5362f}, {27.9381f, 53.6430f}};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(corners[i].x, expected[i].x, 1e-3);
        EXPECT_NEAR(corners[i].y, expected[i].y, 1e-3);
    }
}

TEST(BoxForms, AnglesStayInTheirRange) {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> side(1, 50), angle(-10, 10);
    for (int round = 0; round < 1000; ++round) {
        const Rotated5 box{100, 80, side(random), side(random), angle(random)};
        const Rotated5 back = least_rectangle(rotated_to_corners(box));
        EXPECT_GE(back[4], -pi / 4);
        EXPECT_LT(back[4], 3 * pi / 4);
        EXPECT_GE(back[2], back[3]);
        EXPECT_NEAR(back[2] * back[3], box[2] * box[3], 0.05);
    }
}

}  // namespace
}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#include "image/overlap.hpp"

#include <gtest/gtest.h>

#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

template <std::size_t N>
std::vector<std::array<float, N>> rows_of(const std::vector<float>& values) {
    std::vector<std::array<float, N>> rows(values.size() / N);
    for (std::size_t i = 0; i < values.size(); ++i) rows[i / N][i % N] = values[i];
    return rows;
}

/// Every pair of rows gives the entry of the table.
template <std::size_t N, class Overlap>
void expect_table(const test::GoldenCase& golden, const std::string& first, const std::string& second,
                  const std::string& table, double tolerance, Overlap overlap) {
    if (!golden.has(table) || !golden.has(first)) return;
    const auto a = rows_of<N>(golden.floats(first)), b = rows_of<N>(golden.floats(second));
    const auto expected = golden.floats(table);
    ASSERT_EQ(expected.size(), a.size() * b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            EXPECT_NEAR(overlap(a[i], b[j]), expected[i * b.size() + j], tolerance)
                << table << " " << i << " " << j;
        }
    }
}

TEST(OverlapGolden, Tables) {
    YOLO_REQUIRE_GOLDEN("metrics");
    const auto iou = [](const Box4& a, const Box4& b) { return box_iou(a, b); };
    const auto rotated = [](const Rotated5& a, const Rotated5& b) { return prob_iou(a, b); };
    for (const auto& golden : test::golden_cases("metrics", "overlap")) {
        expect_table<4>(golden, "a_xyxy", "b_xyxy", "box_iou", 1e-5, iou);
        expect_table<4>(golden, "boxes", "boxes", "box_iou", 1e-5, iou);
        expect_table<5>(golden, "ra_xywhr", "rb_xywhr", "batch_probiou", 1e-4, rotated);
        expect_table<5>(golden, "rotated", "rotated", "batch_probiou", 1e-4, rotated);
    }
}

TEST(Overlap, ExampleOfTheSpecification) {
    EXPECT_NEAR(prob_iou(Rotated5{50, 50, 40, 20, 0.3f}, Rotated5{55, 48, 38, 25, 0.5f}), 0.73309028f, 1e-5);
}

}  // namespace
}  // namespace yolo::image

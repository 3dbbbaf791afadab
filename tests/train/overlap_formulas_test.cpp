// SPDX-License-Identifier: Apache-2.0
#include "train/losses/overlap_formulas.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/golden_case.hpp"

namespace yolo::test {
namespace {

template <std::size_t N>
using Boxes = std::vector<std::array<float, N>>;

template <std::size_t N>
Boxes<N> boxes_of(const GoldenCase& golden, const std::string& name) {
    const std::vector<float> values = golden.floats(name);
    Boxes<N> boxes(values.size() / N);
    for (std::size_t i = 0; i < values.size(); ++i) boxes[i / N][i % N] = values[i];
    return boxes;
}

/// `value` of every row against every column is the golden's table.
template <std::size_t N, class Value>
void expect_table(const GoldenCase& golden, const std::string& boxes_name, const std::string& table,
                  float within, Value&& value) {
    const Boxes<N> boxes = boxes_of<N>(golden, boxes_name);
    const std::vector<float> expected = golden.floats(table);
    ASSERT_EQ(expected.size(), boxes.size() * boxes.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(value(boxes[i / boxes.size()], boxes[i % boxes.size()]), expected[i], within)
            << table << " [" << i << "]";
    }
}

TEST(OverlapFormulas, CiouLikeGolden) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const GoldenCase& golden : golden_cases("metrics", "overlap")) {
        SCOPED_TRACE(golden.name);
        if (golden.has("ciou_xyxy")) expect_table<4>(golden, "boxes", "ciou_xyxy", 1e-5f, train::ciou<float>);
        if (!golden.has("ciou")) continue;
        const Boxes<4> first = boxes_of<4>(golden, "a_xyxy"), second = boxes_of<4>(golden, "b_xyxy");
        const std::vector<float> expected = golden.floats("ciou");
        ASSERT_EQ(first.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_NEAR(train::ciou<float>(first[i], second[i]), expected[i], 1e-5f) << i;
    }
}

TEST(OverlapFormulas, ProbIouLikeGolden) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const GoldenCase& golden : golden_cases("metrics", "overlap")) {
        if (!golden.has("probiou_floor")) continue;
        SCOPED_TRACE(golden.name);
        const auto with_floor = [](float floor) {
            return [floor](const auto& first, const auto& second) {
                return train::prob_iou<float>(first, second, floor);
            };
        };
        expect_table<5>(golden, "rotated", "probiou_pairs", 1e-4f, with_floor(0));
        expect_table<5>(golden, "rotated", "probiou_floor", 1e-4f, with_floor(0.01f));
    }
}

}  // namespace
}  // namespace yolo::test

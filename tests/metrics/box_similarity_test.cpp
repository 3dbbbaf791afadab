// SPDX-License-Identifier: Apache-2.0
#include "metrics/box_similarity.hpp"

#include <map>

#include <gtest/gtest.h>

#include "golden_pictures.hpp"

namespace yolo::metrics {
namespace {

constexpr float similarity_tolerance = 1e-5f, rotated_similarity_tolerance = 1e-4f;

/// The value of every row's item against every column's.
template <class Item, class F>
std::vector<float> table(const std::vector<Item>& items, F&& value) {
    std::vector<float> values;
    for (const Item& row : items) {
        for (const Item& column : items) values.push_back(value(row, column));
    }
    return values;
}

TEST(BoxSimilarity, golden_pairs) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("a_xyxy")) continue;
        SCOPED_TRACE(golden.name);
        const auto a = test::rows_of<4>(golden.floats("a_xyxy"), 4),
                   b = test::rows_of<4>(golden.floats("b_xyxy"), 4);
        using enum BoxSimilarity;
        for (const auto& [kind, name] :
             std::map<BoxSimilarity, std::string>{{giou, "giou"}, {diou, "diou"}, {ciou, "ciou"}}) {
            std::vector<float> values;
            for (std::size_t i = 0; i < a.size(); ++i) values.push_back(similarity_xyxy(kind, a[i], b[i]));
            test::expect_near(values, golden.floats(name), similarity_tolerance, name);
        }
    }
}

TEST(BoxSimilarity, golden_edges) {
    YOLO_REQUIRE_GOLDEN("metrics");
    using enum BoxSimilarity;
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("boxes")) continue;
        SCOPED_TRACE(golden.name);
        const auto boxes = test::rows_of<4>(golden.floats("boxes"), 4);
        test::expect_near(table(boxes, intersection_over_area), golden.floats("ioa"), similarity_tolerance,
                          "ioa");
        for (const auto& [kind, name] : std::map<BoxSimilarity, std::string>{
                 {iou, "iou"}, {giou, "giou"}, {diou, "diou"}, {ciou, "ciou"}}) {
            const auto xyxy = [kind = kind](const auto& a, const auto& b) {
                return similarity_xyxy(kind, a, b);
            };
            const auto xywh = [kind = kind](const auto& a, const auto& b) {
                return similarity_xywh(kind, image::xyxy_to_xywh(a), image::xyxy_to_xywh(b));
            };
            test::expect_near(table(boxes, xyxy), golden.floats(name + "_xyxy"), similarity_tolerance, name);
            test::expect_near(table(boxes, xywh), golden.floats(name + "_xywh"), similarity_tolerance, name);
        }
        const auto rotated = test::rows_of<5>(golden.floats("rotated"), 5);
        const auto check = [&](const RotatedTerms& terms, const char* name) {
            const auto value = [&](const auto& a, const auto& b) { return rotated_similarity(a, b, terms); };
            test::expect_near(table(rotated, value), golden.floats(name), rotated_similarity_tolerance, name);
        };
        check({}, "probiou_pairs");
        check({true, 0}, "probiou_ciou");
        check({false, 0.01f}, "probiou_floor");
    }
}

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/keypoint_sigmas.hpp"
#include "golden_pictures.hpp"
#include "metrics/box_similarity.hpp"
#include "metrics/overlap_matrix.hpp"

namespace yolo::metrics {
namespace {

constexpr float tolerance = 1e-5f, rotated_tolerance = 1e-4f;

/// The value of every row's item against every column's.
template <class Item, class F>
std::vector<float> table(const std::vector<Item>& rows, const std::vector<Item>& columns, F&& value) {
    std::vector<float> values;
    for (const Item& row : rows) {
        for (const Item& column : columns) values.push_back(value(row, column));
    }
    return values;
}

void expect_near(const std::vector<float>& values, const std::vector<float>& expected, float within,
                 const std::string& what) {
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(values[i])) << what << " [" << i << "]";
        } else {
            EXPECT_NEAR(values[i], expected[i], within) << what << " [" << i << "]";
        }
    }
}

TEST(Overlap, golden_pairs) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("a_xyxy")) continue;
        SCOPED_TRACE(golden.name);
        const auto a = test::rows_of<4>(golden.floats("a_xyxy"), 4),
                   b = test::rows_of<4>(golden.floats("b_xyxy"), 4);
        expect_near(box_overlaps(a, b).values, golden.floats("box_iou"), tolerance, "box_iou");
        const auto paired = [&](BoxSimilarity kind) {
            std::vector<float> values;
            for (std::size_t i = 0; i < a.size(); ++i) values.push_back(similarity_xyxy(kind, a[i], b[i]));
            return values;
        };
        expect_near(paired(BoxSimilarity::giou), golden.floats("giou"), tolerance, "giou");
        expect_near(paired(BoxSimilarity::diou), golden.floats("diou"), tolerance, "diou");
        expect_near(paired(BoxSimilarity::ciou), golden.floats("ciou"), tolerance, "ciou");
        const auto ra = test::rows_of<5>(golden.floats("ra_xywhr"), 5),
                   rb = test::rows_of<5>(golden.floats("rb_xywhr"), 5);
        expect_near(rotated_overlaps(ra, rb).values, golden.floats("batch_probiou"), rotated_tolerance,
                    "batch_probiou");
    }
}

TEST(Overlap, golden_keypoints_and_masks) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("oks")) continue;
        SCOPED_TRACE(golden.name);
        const auto objects = golden.floats("kpt_gt"), areas = golden.floats("area");
        const auto predictions = golden.floats("kpt_pred");
        const auto sigmas =
            keypoint_sigmas({static_cast<int>(test::tensor(golden.tensors, "kpt_gt").shape[1]), 3});
        expect_near(keypoint_overlaps({objects, areas, predictions, 3, sigmas}).values, golden.floats("oks"),
                    tolerance, "oks");
        const auto packed = [&](const char* name) {
            const auto values = golden.floats(name);
            const std::vector<std::uint8_t> pixels(values.begin(), values.end());
            return pack_masks(pixels, {1, static_cast<int>(test::tensor(golden.tensors, name).shape[1])});
        };
        expect_near(mask_overlaps(packed("mask1"), packed("mask2")).values, golden.floats("mask_iou"),
                    tolerance, "mask_iou");
    }
}

TEST(Overlap, golden_edges) {
    YOLO_REQUIRE_GOLDEN("metrics");
    using enum BoxSimilarity;
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("boxes")) continue;
        SCOPED_TRACE(golden.name);
        const auto boxes = test::rows_of<4>(golden.floats("boxes"), 4);
        expect_near(box_overlaps(boxes, boxes).values, golden.floats("box_iou"), tolerance, "box_iou");
        expect_near(table(boxes, boxes, intersection_over_area), golden.floats("ioa"), tolerance, "ioa");
        for (const auto& [kind, name] : std::map<BoxSimilarity, std::string>{
                 {iou, "iou"}, {giou, "giou"}, {diou, "diou"}, {ciou, "ciou"}}) {
            const auto xyxy = [&, kind = kind](const auto& a, const auto& b) {
                return similarity_xyxy(kind, a, b);
            };
            const auto xywh = [&, kind = kind](const auto& a, const auto& b) {
                return similarity_xywh(kind, image::xyxy_to_xywh(a), image::xyxy_to_xywh(b));
            };
            expect_near(table(boxes, boxes, xyxy), golden.floats(name + "_xyxy"), tolerance, name + "_xyxy");
            expect_near(table(boxes, boxes, xywh), golden.floats(name + "_xywh"), tolerance, name + "_xywh");
        }
        const auto rotated = test::rows_of<5>(golden.floats("rotated"), 5);
        const auto check = [&](const RotatedTerms& terms, const char* name) {
            const auto value = [&](const auto& a, const auto& b) { return rotated_similarity(a, b, terms); };
            expect_near(table(rotated, rotated, value), golden.floats(name), rotated_tolerance, name);
        };
        check({}, "batch_probiou");
        check({}, "probiou_pairs");
        check({true, 0}, "probiou_ciou");
        check({false, 0.01f}, "probiou_floor");
    }
}

TEST(Overlap, packed_masks_agree_with_pixels) {
    std::mt19937 random(5);
    for (const Size size : {Size{1, 1}, Size{3, 21}, Size{8, 8}, Size{9, 15}, Size{32, 40}}) {
        const auto pixels = static_cast<std::size_t>(size.height * size.width);
        std::vector<std::uint8_t> map(pixels);
        for (std::uint8_t& pixel : map) pixel = static_cast<std::uint8_t>(random() % 5);
        const auto of_map = pack_index_map(std::span<const std::uint8_t>(map), size, 4);
        const std::vector<std::int32_t> wide(map.begin(), map.end());
        const auto of_wide = pack_index_map(std::span<const std::int32_t>(wide), size, 4);
        std::vector<std::uint8_t> other(pixels);
        for (std::uint8_t& pixel : other) pixel = random() % 3 == 0 ? 1 : 0;
        const BitMask packed(other, size);
        for (std::size_t k = 0; k < 4; ++k) {
            std::int64_t area = 0, common = 0;
            for (std::size_t i = 0; i < pixels; ++i) {
                area += map[i] == k + 1 ? 1 : 0;
                common += map[i] == k + 1 && other[i] == 1 ? 1 : 0;
            }
            EXPECT_EQ(of_map[k].area(), area);
            EXPECT_EQ(of_map[k].intersection(packed), common);
            EXPECT_EQ(of_wide[k].intersection(packed), common);
            EXPECT_EQ(of_map[k].intersection(of_map[(k + 1) % 4]), 0);
        }
    }
    EXPECT_THROW(BitMask({}, Size{0, 0}).intersection(BitMask({}, Size{0, 1})), Error);
}

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/keypoint_sigmas.hpp"
#include "golden_pictures.hpp"
#include "metrics/overlap_matrix.hpp"

namespace yolo::metrics {
namespace {

constexpr float overlap_tolerance = 1e-5f, rotated_tolerance = 1e-4f;

TEST(Overlap, golden_pairs) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("a_xyxy")) continue;
        SCOPED_TRACE(golden.name);
        const auto a = test::rows_of<4>(golden.floats("a_xyxy"), 4),
                   b = test::rows_of<4>(golden.floats("b_xyxy"), 4);
        test::expect_near(box_overlaps(a, b).values, golden.floats("box_iou"), overlap_tolerance, "box_iou");
        const auto ra = test::rows_of<5>(golden.floats("ra_xywhr"), 5),
                   rb = test::rows_of<5>(golden.floats("rb_xywhr"), 5);
        test::expect_near(rotated_overlaps(ra, rb).values, golden.floats("batch_probiou"), rotated_tolerance,
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
        test::expect_near(keypoint_overlaps({objects, areas, predictions, 3, sigmas}).values,
                          golden.floats("oks"), overlap_tolerance, "oks");
        const auto packed = [&](const char* name) {
            const auto values = golden.floats(name);
            const std::vector<std::uint8_t> pixels(values.begin(), values.end());
            return test::packed_masks(pixels,
                                      {1, static_cast<int>(test::tensor(golden.tensors, name).shape[1])});
        };
        test::expect_near(mask_overlaps(packed("mask1"), packed("mask2")).values, golden.floats("mask_iou"),
                          overlap_tolerance, "mask_iou");
    }
}

TEST(Overlap, golden_edges) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics", "overlap")) {
        if (!golden.has("boxes")) continue;
        SCOPED_TRACE(golden.name);
        const auto boxes = test::rows_of<4>(golden.floats("boxes"), 4);
        test::expect_near(box_overlaps(boxes, boxes).values, golden.floats("box_iou"), overlap_tolerance,
                          "box_iou");
        const auto rotated = test::rows_of<5>(golden.floats("rotated"), 5);
        const OverlapMatrix of_rotated = rotated_overlaps(rotated, rotated);
        for (const char* name : {"batch_probiou", "probiou_pairs"})
            test::expect_near(of_rotated.values, golden.floats(name), rotated_tolerance, name);
    }
}

TEST(Overlap, packed_masks_agree_with_pixels) {
    std::mt19937 random(5);
    for (const Size size : {Size{1, 1}, Size{3, 21}, Size{8, 8}, Size{9, 15}, Size{32, 40}}) {
        const auto pixels = static_cast<std::size_t>(size.height * size.width);
        for (const unsigned sparse : {1u, 3u, 200u}) {  // one pixel in so many is set
            std::vector<std::uint8_t> first(pixels), second(pixels);
            for (std::uint8_t& pixel : first) pixel = random() % sparse == 0 ? 1 : 0;
            for (std::uint8_t& pixel : second) pixel = random() % 3 == 0 ? 1 : 0;
            const BitMask one(first, size), other(second, size);
            std::int64_t area = 0, common = 0;
            for (std::size_t i = 0; i < pixels; ++i) {
                area += first[i];
                common += first[i] & second[i];
            }
            EXPECT_EQ(one.area(), area);
            EXPECT_EQ(one.intersection(other), common);
            EXPECT_EQ(other.intersection(one), common);
            EXPECT_EQ(one.intersection(one), area);
        }
    }
    EXPECT_THROW(BitMask({}, Size{0, 0}).intersection(BitMask({}, Size{0, 1})), Error);
}

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include "data/augment/polygon.hpp"

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include "data/augment/format.hpp"
#include "data/golden_instances.hpp"

namespace yolo {
namespace {

using test::expect_near;
using test::golden_cases;
using test::GoldenCase;
using test::tensor;

std::vector<float> flat(const data::Polygon& polygon) {
    std::vector<float> values;
    for (const Point p : polygon) values.insert(values.end(), {p.x, p.y});
    return values;
}

/// resampledCOUNT_I of polygonI, or resampledI (1000 points) of segmentI.
void check_resampling(const GoldenCase& golden, const std::string& name) {
    const std::string digits = name.substr(std::string("resampled").size());
    const auto split = digits.find('_');
    const std::string source =
        split == std::string::npos ? "segment" + digits : "polygon" + digits.substr(split + 1);
    const auto polygon = test::polygons_of(tensor(golden.tensors, source)).at(0);
    const auto count = static_cast<std::size_t>(tensor(golden.tensors, name).shape.at(0));
    expect_near(flat(data::resample_polygon(polygon, count)), golden.floats(name), 1e-3f);
}

TEST(PolygonGolden, ResampledAndCut) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const char* prefix : {"polygons", "segments"}) {
        for (const GoldenCase& golden : golden_cases("augment", prefix)) {
            for (const auto& [name, stored] : golden.tensors) {
                SCOPED_TRACE(golden.name + " " + name);
                if (name.starts_with("resampled")) check_resampling(golden, name);
                if (!name.starts_with("box_in_picture")) continue;
                const std::string index = name.substr(std::string("box_in_picture").size());
                const auto polygon = test::polygons_of(tensor(golden.tensors, "polygon" + index)).at(0);
                const auto& picture = tensor(golden.tensors, "overlap").shape;
                const Size size{static_cast<int>(picture[0]), static_cast<int>(picture[1])};
                const auto box = data::visible_extent(polygon, size);
                expect_near({box.begin(), box.end()}, stored.floats(), 1e-3f);
            }
        }
    }
}

std::vector<data::Polygon> numbered(const GoldenCase& golden, const std::string& prefix) {
    std::vector<data::Polygon> polygons;
    for (int i = 0; golden.has(prefix + std::to_string(i)); ++i) {
        polygons.push_back(test::polygons_of(tensor(golden.tensors, prefix + std::to_string(i))).at(0));
    }
    return polygons;
}

TEST(PolygonGolden, Masks) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const char* prefix : {"polygons", "segments"}) {
        for (const GoldenCase& golden : golden_cases("augment", prefix)) {
            SCOPED_TRACE(golden.name);
            const bool from_segments = golden.has("overlap_mask");
            const auto& stored = tensor(golden.tensors, from_segments ? "overlap_mask" : "overlap");
            const int ratio = from_segments ? 4 : 1;
            const Size size{static_cast<int>(stored.shape[0]) * ratio,
                            static_cast<int>(stored.shape[1]) * ratio};
            const auto polygons = numbered(golden, from_segments ? "resampled" : "resampled1000_");
            const data::OverlapMask overlap = data::overlap_mask(polygons, size, ratio);
            EXPECT_EQ(std::vector<std::int64_t>(overlap.order.begin(), overlap.order.end()),
                      tensor(golden.tensors, "order").as<std::int64_t>());
            EXPECT_EQ(std::vector<std::uint8_t>(overlap.mask.begin<std::uint8_t>(),
                                                overlap.mask.end<std::uint8_t>()),
                      stored.as<std::uint8_t>());
            if (!golden.has("single")) continue;
            std::vector<std::uint8_t> masks;
            for (const auto& polygon : numbered(golden, "polygon")) {
                const cv::Mat mask = data::outline_mask(polygon, size, 4);
                masks.insert(masks.end(), mask.begin<std::uint8_t>(), mask.end<std::uint8_t>());
            }
            EXPECT_EQ(masks, tensor(golden.tensors, "single").as<std::uint8_t>());
        }
    }
}

TEST(Polygon, AnOutlineAroundTheCanvasCoversItsCorners) {
    const data::Polygon around = {{-10, -10}, {50, -10}, {50, 30}, {-10, 30}};
    EXPECT_EQ(data::visible_extent(around, {20, 40}), (image::Box4{0, 0, 40, 20}));
    EXPECT_EQ(data::visible_extent({{-10, -10}, {-5, -10}, {-5, 30}}, {20, 40}), (image::Box4{0, 0, 0, 0}));
    // A hook around the top left corner that does not cover it.
    const data::Polygon hook = {{-10, -10}, {30, -10}, {30, 5},  {25, 5},
                                {25, -5},   {-5, -5},  {-5, 15}, {-10, 15}};
    EXPECT_EQ(data::visible_extent(hook, {20, 40}), (image::Box4{25, 0, 30, 5}));
}

TEST(Polygon, ACutRotatedBoxKeepsItsDirection) {
    const data::Polygon box = {{-10, 4}, {10, 4}, {10, 10}, {-10, 10}};
    const auto part = data::clip_rotated(box, {20, 20});
    ASSERT_TRUE(part.has_value());
    EXPECT_EQ(part->extent, (image::Box4{0, 4, 10, 10}));
    EXPECT_EQ(part->polygon.size(), 4u);
    EXPECT_EQ(data::extent(part->polygon), part->extent);
    EXPECT_FALSE(data::clip_rotated({{1, 1}, {5, 1}, {5, 5}, {1, 5}}, {20, 20}).has_value());
}

/// The plain form: each mask drawn at the size of the whole picture.
TEST(Polygon, MasksOfPartsAreThoseOfTheWhole) {
    std::mt19937 random(3);
    for (const int ratio : {1, 2, 3, 4, 8}) {
        std::uniform_real_distribution<float> x(-20, 120), y(-20, 90);
        for (int i = 0; i < 50; ++i) {
            data::Polygon polygon;
            for (int k = 0; k < 3 + i % 6; ++k) polygon.push_back({x(random), y(random)});
            std::vector<cv::Point> points;
            for (const Point p : polygon) points.emplace_back(static_cast<int>(p.x), static_cast<int>(p.y));
            cv::Mat whole = cv::Mat::zeros(72, 96, CV_8U), expected;
            cv::fillPoly(whole, points, cv::Scalar(1));
            cv::resize(whole, expected, {96 / ratio, 72 / ratio}, 0, 0, cv::INTER_LINEAR);
            EXPECT_EQ(cv::norm(data::outline_mask(polygon, {72, 96}, ratio), expected, cv::NORM_INF), 0);
        }
    }
}

}  // namespace
}  // namespace yolo

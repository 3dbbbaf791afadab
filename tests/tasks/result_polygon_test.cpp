// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/result.hpp>

namespace yolo {
namespace {

Result with_mask(Size picture, Size mask, const std::vector<cv::Rect>& parts) {
    Result result;
    result.task = Task::segment;
    result.orig_shape = picture;
    result.masks.push_back({mask.height, mask.width,
                            std::vector<std::uint8_t>(static_cast<std::size_t>(mask.height) *
                                                      static_cast<std::size_t>(mask.width))});
    cv::Mat pixels(mask.height, mask.width, CV_8U, result.masks[0].data.data());
    for (const cv::Rect& part : parts) pixels(part).setTo(1);
    return result;
}

/// Signed: bridges, which are passed once each way, add nothing.
double area(const std::vector<Point>& polygon) {
    double sum = 0;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
        sum += static_cast<double>(a.x) * b.y - static_cast<double>(b.x) * a.y;
    }
    return std::abs(sum) / 2;
}

std::vector<std::pair<float, float>> pairs(const std::vector<Point>& polygon) {
    std::vector<std::pair<float, float>> list;
    for (const Point& point : polygon) list.emplace_back(point.x, point.y);
    return list;
}

TEST(ResultPolygon, OfOnePartIsItsOutline) {
    const Result result = with_mask({100, 100}, {100, 100}, {{10, 20, 30, 40}});
    EXPECT_THAT(pairs(result.polygon(0)), testing::ElementsAre(std::pair(10, 20), std::pair(10, 59),
                                                               std::pair(39, 59), std::pair(39, 20)));
}

TEST(ResultPolygon, TwoPartsAreLinkedByTheirClosestPoints) {
    const auto polygon =
        pairs(with_mask({100, 100}, {100, 100}, {{10, 10, 11, 11}, {40, 10, 11, 11}}).polygon(0));
    ASSERT_EQ(polygon.size(), 10u);  // four corners each, and each part is closed
    EXPECT_EQ(polygon[0], polygon[4]);
    EXPECT_EQ(polygon[5], polygon[9]);
    EXPECT_EQ(std::abs(polygon[4].first - polygon[5].first), 20);
    EXPECT_EQ(polygon[4].second, polygon[5].second);
}

TEST(ResultPolygon, SeveralPartsKeepTheirArea) {
    std::mt19937 random(11);
    for (int round = 0; round < 50; ++round) {
        std::vector<cv::Rect> parts;
        double sum = 0;
        for (int row = 0; row < 3; ++row) {
            for (int column = 0; column < 3; ++column) {
                if (random() % 2 == 0) continue;
                const int width = 1 + static_cast<int>(random() % 20),
                          height = 1 + static_cast<int>(random() % 20);
                parts.emplace_back(30 * column + static_cast<int>(random() % 8),
                                   30 * row + static_cast<int>(random() % 8), width, height);
                sum += (width - 1) * (height - 1);
            }
        }
        EXPECT_NEAR(area(with_mask({100, 100}, {100, 100}, parts).polygon(0)), sum, 1e-6)
            << parts.size() << " parts";
    }
}

TEST(ResultPolygon, IsScaledFromTheLetterboxAndLimited) {
    // 200 x 100 in 64 x 64: resized to 64 x 32, 16 rows of margin above and below.
    const Result result = with_mask({100, 200}, {64, 64}, {{32, 32, 10, 20}});
    EXPECT_THAT(pairs(result.polygon(0)),
                testing::ElementsAre(std::pair(100.0f, 50.0f), std::pair(100.0f, 100.0f),
                                     std::pair(128.125f, 100.0f), std::pair(128.125f, 50.0f)));
}

TEST(ResultPolygon, OfAnEmptyMaskIsEmptyAndOfNoneAnError) {
    const Result result = with_mask({100, 200}, {64, 64}, {});
    EXPECT_TRUE(result.polygon(0).empty());
    EXPECT_THROW(result.polygon(1), Error);
}

}  // namespace
}  // namespace yolo

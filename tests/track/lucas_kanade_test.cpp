// SPDX-License-Identifier: Apache-2.0
#include "track/plugins/lucas_kanade.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

namespace yolo::track {
namespace {

cv::Mat soft_noise(cv::Size size) {
    cv::Mat pixels(size, CV_8U);
    cv::RNG random(9);
    random.fill(pixels, cv::RNG::UNIFORM, 0, 255);
    cv::GaussianBlur(pixels, pixels, {9, 9}, 2);
    cv::normalize(pixels, pixels, 0, 255, cv::NORM_MINMAX);
    return pixels;
}

/// Turned a little around its centre and shifted.
cv::Mat turned(const cv::Mat& picture, double degrees, double x, double y) {
    cv::Mat warp = cv::getRotationMatrix2D({picture.cols / 2.0f, picture.rows / 2.0f}, degrees, 1.01), result;
    warp.at<double>(0, 2) += x;
    warp.at<double>(1, 2) += y;
    cv::warpAffine(picture, result, warp, picture.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
    return result;
}

std::vector<std::optional<cv::Point2f>> opencv_follows(const cv::Mat& before, const cv::Mat& now,
                                                       const std::vector<cv::Point2f>& points) {
    std::vector<cv::Point2f> found;
    std::vector<unsigned char> status;
    cv::calcOpticalFlowPyrLK(before, now, points, found, status, cv::noArray());
    std::vector<std::optional<cv::Point2f>> places(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (status[i] != 0) places[i] = found[i];
    }
    return places;
}

std::vector<std::optional<cv::Point2f>> we_follow(const cv::Mat& before, const cv::Mat& now,
                                                  const std::vector<cv::Point2f>& points) {
    FlowPyramid first, second;
    first.build(before);
    second.build(now);
    return follow_points(first, second, points);
}

/// All over the picture, its borders too.
std::vector<cv::Point2f> points_all_over(cv::Size size) {
    std::vector<cv::Point2f> points;
    for (int y = 0; y < size.height; y += 7) {
        for (int x = 0; x < size.width; x += 7) points.emplace_back(cv::Point(x, y));
    }
    return points;
}

TEST(LucasKanade, FindsPointsWhereOpencvDoes) {
    for (const cv::Size size : {cv::Size(320, 240), cv::Size(97, 131), cv::Size(40, 22), cv::Size(8, 8)}) {
        const cv::Mat before = soft_noise(size);
        const std::vector<cv::Point2f> points = points_all_over(size);
        for (const double angle : {0.0, 1.0}) {
            const cv::Mat now = turned(before, angle, 3.3, -2.7);
            const auto found = we_follow(before, now, points), wanted = opencv_follows(before, now, points);
            std::size_t same = 0;
            for (std::size_t i = 0; i < points.size(); ++i) {
                const bool both = found[i] && wanted[i];
                if (both ? cv::norm(*found[i] - *wanted[i]) < 0.05 : !found[i] && !wanted[i]) ++same;
            }
            // Where a picture gives little to hold on to, as at its borders, the least difference leads
            // elsewhere.
            EXPECT_GE(static_cast<double>(same), 0.97 * static_cast<double>(points.size())) << size;
        }
    }
}

TEST(LucasKanade, HoldsOnToTheStrongestContrast) {
    cv::Mat before(120, 160, CV_8U, cv::Scalar(0));
    for (int y = 0; y < before.rows; ++y) {
        for (int x = 0; x < before.cols; ++x)
            before.at<unsigned char>(y, x) = (x / 4 + y / 4) % 2 != 0 ? 255 : 0;
    }
    cv::Mat now = turned(before, 0, 1, 1);
    const std::vector<cv::Point2f> points{{80, 60}, {40, 40}, {3, 3}, {157, 117}};
    const auto found = we_follow(before, now, points), wanted = opencv_follows(before, now, points);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(cv::norm(found[i].value() - wanted[i].value()), 0.05) << i;
}

TEST(LucasKanade, GivesNothingWhereThereIsNothingToHoldOnTo) {
    const cv::Mat black(60, 80, CV_8U, cv::Scalar(0)), edge = [] {
        cv::Mat picture(60, 80, CV_8U, cv::Scalar(0));
        picture.colRange(40, 80) = 200;
        return picture;
    }();
    for (const cv::Mat& picture : {black, edge}) {
        const std::vector<cv::Point2f> points{{40, 30}, {0, 0}, {79, 59}, {200, 200}, {-50, 3}};
        for (const auto& place : we_follow(picture, picture, points)) EXPECT_FALSE(place);
    }
}

}  // namespace
}  // namespace yolo::track

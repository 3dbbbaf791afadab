// SPDX-License-Identifier: Apache-2.0
#include "track/plugins/corners.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace yolo::track {
namespace {

cv::Mat noise(cv::Size size) {
    cv::Mat pixels(size, CV_8U);
    cv::RNG random(9);
    random.fill(pixels, cv::RNG::UNIFORM, 0, 255);
    cv::GaussianBlur(pixels, pixels, {5, 5}, 1);
    return pixels;
}

TEST(Corners, are_those_of_opencv) {
    for (const cv::Size size : {cv::Size(160, 120), cv::Size(97, 33), cv::Size(31, 64), cv::Size(5, 4)}) {
        const cv::Mat gray = noise(size);
        for (const int most : {20, 400}) {
            std::vector<cv::Point2f> wanted;
            cv::goodFeaturesToTrack(gray, wanted, most, 0.01, 0, cv::noArray(), 3);
            EXPECT_EQ(CornerFinder().find(gray, 0.01, static_cast<std::size_t>(most)), wanted) << size;
        }
    }
}

TEST(Corners, there_are_none_in_one_colour_or_too_few_pixels) {
    EXPECT_TRUE(CornerFinder().find(cv::Mat(40, 30, CV_8U, cv::Scalar(7)), 0.01, 400).empty());
    EXPECT_TRUE(CornerFinder().find(noise({2, 50}), 0.01, 400).empty());
    EXPECT_TRUE(CornerFinder().find(noise({1, 1}), 0.01, 400).empty());
}

}  // namespace
}  // namespace yolo::track

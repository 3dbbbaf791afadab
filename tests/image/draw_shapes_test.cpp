// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"

namespace yolo::image {
namespace {

cv::Mat black(int height, int width) {
    return cv::Mat::zeros(height, width, CV_8UC3);
}

int painted(const cv::Mat& picture) {
    cv::Mat gray;
    cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
    return cv::countNonZero(gray);
}

const Color red{0, 0, 255};

TEST(LineWidth, FollowsThePicturesSize) {
    EXPECT_EQ(line_width({480, 640}, 0), 2);
    EXPECT_EQ(line_width({1080, 1920}, 0), 5);  // (1080 + 1920 + 3) / 2 * 0.003 = 4.5045
    EXPECT_EQ(line_width({4, 4}, 0), 2);
    EXPECT_EQ(line_width({1080, 1920}, 1), 1);
    EXPECT_EQ(line_width({480, 640}, 7), 7);
}

TEST(Palette, RepeatsAfterTwentyColours) {
    EXPECT_EQ(class_color(0), Color(0xFF, 0x2A, 0x04));
    EXPECT_EQ(class_color(19), Color(0x0B, 0xFF, 0xA2));
    EXPECT_EQ(class_color(20), class_color(0));
    EXPECT_EQ(class_color(39), class_color(19));
}

TEST(Palette, LightBoxesHaveDarkText) {
    int dark = 0;
    for (int i = 0; i < 20; ++i) dark += text_color(class_color(i)) == Color(104, 31, 17) ? 1 : 0;
    EXPECT_EQ(dark, 9);
    EXPECT_EQ(text_color(class_color(2)), Color(104, 31, 17));  // nearly white
    EXPECT_EQ(text_color(class_color(4)), Color(255, 255, 255));
}

TEST(DrawBox, PaintsAnOutlineAndNothingElse) {
    for (const int width : {1, 2, 3, 4}) {
        cv::Mat picture = black(60, 80);
        draw_box(picture, Box{10.9f, 20.2f, 50.5f, 40.7f}, red, width);
        EXPECT_EQ(painted(picture), (40 + width) * (20 + width) - (40 - width) * (20 - width))
            << "width " << width;
        EXPECT_EQ(picture.at<cv::Vec3b>(20, 10), red);
        EXPECT_EQ(picture.at<cv::Vec3b>(40, 50), red);
        EXPECT_EQ(picture.at<cv::Vec3b>(30, 30), cv::Vec3b());
    }
}

TEST(DrawBox, SurvivesBoxesOutsideAndUndefinedOnes) {
    const float infinite = std::numeric_limits<float>::infinity(), undefined = std::nanf("");
    cv::Mat picture = black(20, 30);
    draw_box(picture, Box{100, 100, 200, 200}, red, 3);
    draw_box(picture, Box{-50, -50, -10, -10}, red, 3);
    EXPECT_EQ(painted(picture), 0);
    draw_box(picture, Box{-infinite, undefined, infinite, 1e30f}, red, 3);
    draw_box(picture, RotatedBox{1e30f, undefined, infinite, 5, 1}, red, 3);
    draw_box(picture, RotatedBox{-40, 300, 1000, 5, 0.5f}, red, 3);
}

TEST(DrawBox, RotatedOutlinePassesThroughItsCorners) {
    cv::Mat picture = black(100, 100);
    const RotatedBox box{50, 50, 60, 20, 0.6f};
    draw_box(picture, box, red, 3);
    for (const Point& corner : box.corners())
        EXPECT_EQ(picture.at<cv::Vec3b>(static_cast<int>(corner.y), static_cast<int>(corner.x)), red);
    EXPECT_EQ(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
}

TEST(LabelAnchor, LiesInsideThePicture) {
    EXPECT_EQ(label_anchor(Box{12.7f, 3.2f, 20, 20}, {50, 60}), cv::Point(12, 3));
    EXPECT_EQ(label_anchor(Box{-5, -7, 20, 20}, {50, 60}), cv::Point(0, 0));
    EXPECT_EQ(label_anchor(RotatedBox{30, 30, 20, 10, 0}, {50, 60}),
              cv::Point(20, 25));  // the left of two upper ones
    EXPECT_EQ(label_anchor(RotatedBox{30, -30, 20, 10, 1}, {50, 60}).y, 0);
}

TEST(DrawKeypoints, LeavesOutWhatIsNotSeen) {
    cv::Mat picture = black(100, 100);
    const std::vector<Keypoint> points = {{20, 20, 0.25f}, {50, 50, 0.24f}, {80, 80, 0.9f}};
    draw_keypoints(picture, points, true, 2);
    EXPECT_EQ(picture.at<cv::Vec3b>(20, 20),
              Color(0x04, 0x2A, 0xFF));  // the palette's red, green, blue in this order
    EXPECT_EQ(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
    EXPECT_EQ(picture.at<cv::Vec3b>(80, 80), Color(0xF3, 0xF3, 0xF3));
}

TEST(DrawKeypoints, WithoutVisibilityTheOriginMeansUnknown) {
    cv::Mat picture = black(40, 40);
    draw_keypoints(picture, std::vector<Keypoint>{{0, 0, 1}}, false, 2);
    EXPECT_EQ(painted(picture), 0);
    draw_keypoints(picture, std::vector<Keypoint>{{0, 0, 1}}, true, 2);
    EXPECT_GT(painted(picture), 0);
}

TEST(DrawKeypoints, OnlyAPersonHasLimbs) {
    const auto painted_with = [](std::size_t count) {
        cv::Mat picture = black(200, 200);
        std::vector<Keypoint> points;
        for (std::size_t i = 0; i < count; ++i)
            points.push_back({i % 2 == 0 ? 20.0f : 180.0f, 10.0f * static_cast<float>(i) + 10, 1});
        draw_keypoints(picture, points, true, 4);
        return painted(picture);
    };
    const int disc = painted_with(1);
    EXPECT_EQ(painted_with(16), 16 * disc);
    EXPECT_GT(painted_with(17), 17 * disc + 1000);
}

TEST(DrawKeypoints, ALimbNeedsBothEnds) {
    cv::Mat picture = black(100, 100);
    std::vector<Keypoint> points(17, Keypoint{0, 0, 0});
    points[0] = {10, 50, 1};
    points[1] = {90, 50, 0.2f};
    draw_keypoints(picture, points, true, 2);
    EXPECT_EQ(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
    points[1].confidence = 0.3f;
    draw_keypoints(picture, points, true, 2);
    EXPECT_NE(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
}

}  // namespace
}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

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
    draw_keypoints(picture, points, true, {});
    EXPECT_EQ(picture.at<cv::Vec3b>(20, 20),
              Color(0x04, 0x2A, 0xFF));  // the palette's red, green, blue in this order
    EXPECT_EQ(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
    EXPECT_EQ(picture.at<cv::Vec3b>(80, 80), Color(0xF3, 0xF3, 0xF3));
}

TEST(DrawKeypoints, WithoutVisibilityTheOriginMeansUnknown) {
    cv::Mat picture = black(40, 40);
    draw_keypoints(picture, std::vector<Keypoint>{{0, 0, 1}}, false, {});
    EXPECT_EQ(painted(picture), 0);
    draw_keypoints(picture, std::vector<Keypoint>{{0, 0, 1}}, true, {});
    EXPECT_GT(painted(picture), 0);
}

TEST(DrawKeypoints, OnlyAPersonHasLimbs) {
    const auto painted_with = [](std::size_t count) {
        cv::Mat picture = black(200, 200);
        std::vector<Keypoint> points;
        for (std::size_t i = 0; i < count; ++i)
            points.push_back({i % 2 == 0 ? 20.0f : 180.0f, 10.0f * static_cast<float>(i) + 10, 1});
        draw_keypoints(picture, points, true, {.line_width = 4});
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
    draw_keypoints(picture, points, true, {});
    EXPECT_EQ(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
    points[1].confidence = 0.3f;
    draw_keypoints(picture, points, true, {});
    EXPECT_NE(picture.at<cv::Vec3b>(50, 50), cv::Vec3b());
}

TEST(DrawKeypoints, StyleSaysHowLargeAndWhetherThereAreLimbs) {
    const std::vector<Keypoint> person = {
        {20, 20, 1},  {60, 20, 1},  {20, 60, 1},   {60, 60, 1},   {100, 20, 1}, {20, 100, 1},
        {60, 100, 1}, {100, 60, 1}, {100, 100, 1}, {140, 20, 1},  {140, 60, 1}, {140, 100, 1},
        {20, 140, 1}, {60, 140, 1}, {100, 140, 1}, {140, 140, 1}, {180, 20, 1}};
    const auto drawn = [&](const KeypointStyle& style) {
        cv::Mat picture = black(200, 200);
        draw_keypoints(picture, person, true, style);
        return picture;
    };
    EXPECT_EQ(painted(drawn({.radius = 0, .limbs = false})), 0);
    const int discs = painted(drawn({.limbs = false}));
    EXPECT_THAT(discs, testing::AllOf(testing::Ge(17 * 78), testing::Le(17 * 150)));
    EXPECT_GT(painted(drawn({.radius = 10, .limbs = false})), 2 * discs);
    EXPECT_GT(painted(drawn({})), discs + 1000);
    EXPECT_GT(painted(drawn({.radius = 0})), 1000) << "limbs alone";
    const cv::Mat one_color = drawn({.color = Color(0, 0, 200)});
    for (const int channel : {0, 1}) {
        cv::Mat other;
        cv::extractChannel(one_color, other, channel);
        EXPECT_EQ(cv::countNonZero(other), 0) << "channel " << channel;
    }
}

TEST(ObjectColors, ByClassAreThoseOfTheClasses) {
    Result result;
    result.boxes = {{0, 0, 10, 10, 0.9f, 4}, {0, 0, 10, 10, 0.8f, 0}, {0, 0, 10, 10, 0.8f, 24}};
    EXPECT_THAT(object_colors(result, ColorMode::by_class),
                testing::ElementsAre(class_color(4), class_color(0), class_color(4)));
    EXPECT_TRUE(object_colors({}, ColorMode::by_class).empty());
    EXPECT_TRUE(object_colors({}, ColorMode::by_instance).empty());
}

/// Of what touches it, in a row of equal boxes that overlap their next ones.
int nearest_color(const std::vector<Color>& colors) {
    int nearest = 1 << 20;
    for (std::size_t i = 1; i < colors.size(); ++i) {
        int distance = 0;
        for (int c = 0; c < 3; ++c)
            distance += (colors[i][c] - colors[i - 1][c]) * (colors[i][c] - colors[i - 1][c]);
        nearest = std::min(nearest, distance);
    }
    return nearest;
}

TEST(ObjectColors, ByInstanceDifferFromTheirNeighbours) {
    Result boxes, rotated, crowd;
    for (int i = 0; i < 100; ++i) {
        const auto at = static_cast<float>(20 * i);
        boxes.boxes.push_back({at, 0, at + 30, 10, 0.9f, 0});
        rotated.obb.push_back({at, 0, 30, 10, 0.5f, 0.9f, 0});
        crowd.boxes.push_back({0, 0, 100, 100, 0.9f, 0});
    }
    EXPECT_GE(nearest_color(object_colors(boxes, ColorMode::by_instance)), 100 * 100);
    EXPECT_GE(nearest_color(object_colors(rotated, ColorMode::by_instance)), 100 * 100);
    EXPECT_EQ(object_colors(crowd, ColorMode::by_instance).size(), 100U) << "more than there are colours";
    EXPECT_EQ(object_colors(boxes, ColorMode::by_instance)[0], class_color(0));
    const float undefined = std::nanf("");
    boxes.boxes = {{undefined, undefined, undefined, undefined, 1, 0}, {0, 0, 1e30f, 1e30f, 1, 0}};
    EXPECT_EQ(object_colors(boxes, ColorMode::by_instance).size(), 2U);
}

/// A frame with boxes far from each other.
Result frame_of(const std::vector<int>& ids) {
    Result frame;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto at = static_cast<float>(100 * i);
        frame.boxes.push_back({at, 0, at + 10, 10, 0.9f, 0, ids[i]});
    }
    return frame;
}

int different(std::vector<Color> colors) {
    const auto before = [](const Color& a, const Color& b) {
        return std::tie(a[0], a[1], a[2]) < std::tie(b[0], b[1], b[2]);
    };
    std::ranges::sort(colors, before);
    return static_cast<int>(std::unique(colors.begin(), colors.end()) - colors.begin());
}

TEST(ObjectColors, TracksOfOnePictureDiffer) {
    const auto colors = object_colors(frame_of({2, 22, 42, 1, 12}), ColorMode::by_instance);
    EXPECT_EQ(different(colors), 5) << "2, 22 and 42 have one place in the palette";
    EXPECT_EQ(colors[0], class_color(2));
    EXPECT_GE(nearest_color({colors[3], colors[4]}), 100 * 100) << "1 and 12 are nearly the same cyan";
    std::vector<int> twenty(20);
    std::iota(twenty.begin(), twenty.end(), 95);
    EXPECT_EQ(different(object_colors(frame_of(twenty), ColorMode::by_instance)), 20);
    std::vector<int> crowd(300);
    std::iota(crowd.begin(), crowd.end(), 0);
    EXPECT_EQ(different(object_colors(frame_of(crowd), ColorMode::by_instance)), 20);
}

TEST(ObjectColors, OfATrackStayWhateverComesAndGoes) {
    TrackColors colors;
    cv::RNG random(3);
    std::vector<int> seen = {5};
    int next = 6;
    std::map<int, Color> of_before;
    for (int frame = 0; frame < 500; ++frame) {
        if (random.uniform(0, 3) == 0 && seen.size() > 1)
            seen.erase(seen.begin() + random.uniform(0, static_cast<int>(seen.size())));
        if (seen.size() < 20) seen.push_back(next++);
        std::ranges::reverse(seen);
        colors.update(seen);
        const auto drawn = object_colors(frame_of(seen), ColorMode::by_instance, &colors);
        ASSERT_EQ(different(drawn), static_cast<int>(seen.size())) << "frame " << frame;
        std::map<int, Color> now;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            now[seen[i]] = drawn[i];
            const auto before = of_before.find(seen[i]);
            if (before == of_before.end()) continue;
            ASSERT_EQ(before->second, drawn[i]) << "frame " << frame;
        }
        of_before = std::move(now);
    }
}

TEST(ObjectColors, AreKeptForWhoComesBack) {
    TrackColors colors;
    colors.update({3, 23});
    const Color color = colors.of(23);
    for (int frame = 0; frame < 30; ++frame) colors.update({43});
    EXPECT_NE(colors.of(43), color);
    colors.update({23, 43});
    EXPECT_EQ(colors.of(23), color);
    EXPECT_NE(colors.of(43), color);
}

}  // namespace
}  // namespace yolo::image

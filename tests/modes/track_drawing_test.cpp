// SPDX-License-Identifier: Apache-2.0
/// \file What track adds to annotated pictures.
#include "modes/tracking/track_drawing.hpp"

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/opencv.hpp>

#include "image/draw.hpp"
#include "modes/tracking/region_drawing.hpp"

namespace yolo::modes {
namespace {

constexpr PlotOptions by_number = {.color_mode = ColorMode::by_instance};

/// A gray frame of a stream in which person 3 stands at x.
inference::Prediction frame_at(float x, Size size = {300, 400}) {
    const auto picture = std::make_shared<cv::Mat>(size.height, size.width, CV_8UC3, cv::Scalar::all(128));
    inference::Prediction prediction;
    prediction.frame.kind = sources::SourceKind::stream;
    prediction.result.names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"person"});
    prediction.result.orig_shape = size;
    prediction.result.image = Image(picture, view(*picture));
    prediction.result.boxes = {{x - 10, 100, x + 10, 160, 0.9f, 0, 3}};
    return prediction;
}

Image drawn(TrackDrawing& drawing, const inference::Prediction& prediction,
            const PlotOptions& plot = by_number) {
    return tasks::plot(prediction.result, plot, drawing.layers(prediction, plot));
}

bool is_colored(const Image& picture, cv::Point place) {
    return matrix(picture).at<cv::Vec3b>(place) == image::class_color(3);
}

TEST(TrackDrawing, TrailsAgeInFramesThatAreNotDrawn) {
    TrackDrawing drawing(true);
    for (int i = 0; i < 100; ++i) {
        const auto prediction = frame_at(100.0f + static_cast<float>(i));
        drawing.note(prediction);
        if (i != 20 && i != 99) continue;
        const Image picture = drawn(drawing, prediction);
        EXPECT_TRUE(is_colored(picture, {i == 20 ? 105 : 180, 130})) << i;
        EXPECT_EQ(is_colored(picture, {120, 130}), i == 20) << i;
    }
}

TEST(TrackDrawing, AStreamOfAnotherSizeBeginsAnew) {
    TrackDrawing drawing(true);
    for (int i = 0; i < 10; ++i) drawing.note(frame_at(300.0f + static_cast<float>(i)));
    for (int i = 0; i < 3; ++i) drawing.note(frame_at(100.0f + static_cast<float>(i), {200, 320}));
    const auto prediction = frame_at(103, {200, 320});
    drawing.note(prediction);
    const Image picture = drawn(drawing, prediction);
    EXPECT_FALSE(is_colored(picture, {200, 130}));
    EXPECT_TRUE(is_colored(picture, {101, 130}));
}

TEST(TrackDrawing, TrailsAndRegionsLieUnderBoxesAndLabels) {
    const PlotOptions plot = {.color_mode = ColorMode::by_instance};
    TrackDrawing none(false), drawing(true);
    const auto alone = frame_at(200);
    none.note(alone);
    const Image without = drawn(none, alone, plot);
    for (const float y : {0.0f, 40.0f, 0.0f}) {  // up and down, through its own label
        auto before = frame_at(200);
        before.result.boxes[0].y1 -= 2 * y;
        drawing.note(before);
    }
    auto prediction = alone;
    prediction.regions = {{.name = "all", .points = {{150, 60}, {300, 60}, {300, 200}, {150, 200}}}};
    drawing.note(prediction);
    const Image with = drawn(drawing, prediction, plot);
    const cv::Rect label(192, 90, 50, 8), edge(190, 100, 1, 60);
    EXPECT_EQ(cv::norm(matrix(with)(label), matrix(without)(label), cv::NORM_INF), 0);
    EXPECT_EQ(cv::norm(matrix(with)(edge), matrix(without)(edge), cv::NORM_INF), 0);
    EXPECT_NE(matrix(with).at<cv::Vec3b>(180, 170), cv::Vec3b::all(128)) << "the tint";
}

/// Where a label of the first region's colour stands; the line itself is far away.
bool has_label_in(const Image& picture, const cv::Rect& part) {
    cv::Mat same;
    cv::inRange(matrix(picture)(part), image::class_color(0), image::class_color(0), same);
    return cv::countNonZero(same) > 300;
}

TEST(TrackDrawing, ARegionsLabelStandsWhereItHidesLeastAndStays) {
    TrackDrawing drawing(false);
    const auto line = [](float x, bool crowd) {
        auto prediction = frame_at(x);
        prediction.regions = {{.name = "gate", .points = {{20, 250}, {380, 250}}}};
        if (crowd) prediction.result.boxes.push_back({0, 180, 200, 249, 0.8f, 0, 4});
        if (crowd) prediction.result.boxes.push_back({0, 252, 200, 299, 0.8f, 0, 5});
        return prediction;
    };
    const cv::Rect left(20, 200, 120, 45), right(250, 200, 125, 45);
    for (int i = 0; i < 200; ++i) {
        const bool crowd = i == 50 || i >= 100;  // for a moment, and for long
        const auto prediction = line(200, crowd);
        drawing.note(prediction);
        const Image picture = drawn(drawing, prediction);
        if (i >= 100 && i < 199) continue;
        EXPECT_TRUE(has_label_in(picture, i < 100 ? left : right)) << i;
    }
    TrackDrawing begun_in_a_crowd(false);
    const auto prediction = line(200, true);
    begun_in_a_crowd.note(prediction);
    EXPECT_FALSE(has_label_in(drawn(begun_in_a_crowd, prediction), left));
}

TEST(RegionDrawing, NoAreaLiesOverALine) {
    const RegionCounts line{.name = "door", .points = {{20, 50}, {180, 50}}};
    const RegionCounts area{.name = "hall", .points = {{0, 0}, {199, 0}, {199, 99}, {0, 99}}};
    cv::Mat alone(100, 200, CV_8UC3, cv::Scalar::all(128)), both = alone.clone();
    draw_regions({line}, 2, alone);
    draw_regions({line, area}, 2, both);
    EXPECT_NE(both.at<cv::Vec3b>(90, 100), alone.at<cv::Vec3b>(90, 100)) << "there is the area";
    EXPECT_EQ(both.at<cv::Vec3b>(50, 40), alone.at<cv::Vec3b>(50, 40));
}

TEST(TrackDrawing, OnePictureHasOneKindOfLettering) {
    if (!image::lettering({480, 640}, 0, true).typeset) GTEST_SKIP() << "the plug-in yolo_text is not built";
    const auto label = [](const char* name) {
        TrackDrawing drawing(false);
        auto prediction = frame_at(200);
        prediction.regions = {{.name = name, .points = {{20, 250}, {380, 250}}}};
        drawing.note(prediction);
        const Image picture = drawn(drawing, prediction);
        return cv::Mat(matrix(picture)(cv::Rect(190, 70, 150, 30)).clone());
    };
    EXPECT_GT(cv::norm(label("Straße"), label("Strasse"), cv::NORM_INF), 60) << "strokes beside typeset text";
}

}  // namespace
}  // namespace yolo::modes

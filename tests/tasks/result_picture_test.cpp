// SPDX-License-Identifier: Apache-2.0
/// \file What a result makes of its picture: the drawing and the cut-outs.
#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/opencv.hpp>
#include <yolo/result.hpp>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "image/draw.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

Result on_gray(int height, int width, std::vector<std::string> names) {
    const auto picture = std::make_shared<cv::Mat>(height, width, CV_8UC3, cv::Scalar(128, 128, 128));
    Result result;
    result.path = "picture.jpg";
    result.names = std::make_shared<const std::vector<std::string>>(std::move(names));
    result.orig_shape = {height, width};
    result.image = Image(picture, view(*picture));
    return result;
}

/// Pixels that differ from the gray of on_gray().
cv::Mat changed(const Image& drawn) {
    cv::Mat difference, any;
    cv::absdiff(matrix(drawn), cv::Scalar(128, 128, 128), difference);
    cv::reduce(difference.reshape(1, static_cast<int>(difference.total())), any, 1, cv::REDUCE_MAX);
    return any.reshape(1, difference.rows) > 0;
}

int changed_pixels(const Result& result, const PlotOptions& options) {
    return cv::countNonZero(changed(result.plot(options)));
}

TEST(ResultPlot, DrawsWhatIsAskedFor) {
    Result result = on_gray(200, 300, {"cat"});
    result.boxes = {{50, 60, 150, 160, 0.875f, 0}};
    const int box = 4 * 100 * 2;
    const int plain = changed_pixels(result, {.labels = false, .confidence = false});
    EXPECT_NEAR(plain, box, 20);
    const int score = changed_pixels(result, {.labels = false});
    const int name = changed_pixels(result, {.confidence = false});
    const int both = changed_pixels(result, {});
    EXPECT_GT(score, plain + 100);
    EXPECT_GT(name, plain + 100);
    EXPECT_GT(both, std::max(score, name) + 100);
    EXPECT_EQ(changed_pixels(result, {.boxes = false}), 0);
    EXPECT_GT(changed_pixels(result, {.labels = false, .confidence = false, .line_width = 6}), 2 * plain);
    result.boxes[0].track_id = 12;
    EXPECT_GT(changed_pixels(result, {}), both + 100);
}

TEST(ResultPlot, LeavesThePictureAlone) {
    Result result = on_gray(50, 60, {"cat"});
    result.boxes = {{5, 6, 30, 40, 0.875f, 0}};
    const Image drawn = result.plot();
    EXPECT_EQ(
        cv::norm(matrix(result.image), cv::Mat(50, 60, CV_8UC3, cv::Scalar(128, 128, 128)), cv::NORM_INF), 0);
    EXPECT_EQ(drawn.size(), (Size{50, 60}));
}

TEST(ResultPlot, TheFirstDetectionLiesOnTop) {
    Result result = on_gray(100, 100, {"a", "b"});
    result.boxes = {{20, 20, 60, 60, 0.9f, 0}, {40, 20, 80, 60, 0.8f, 1}};
    const Image image = result.plot({.labels = false, .confidence = false});
    const cv::Mat drawn = matrix(image);
    EXPECT_EQ(drawn.at<cv::Vec3b>(20, 50), image::class_color(0));
    EXPECT_EQ(drawn.at<cv::Vec3b>(20, 70), image::class_color(1));
}

int pixels_of(const Image& drawn, const image::Color& color) {
    cv::Mat same;
    cv::inRange(matrix(drawn), color, color, same);
    return cv::countNonZero(same);
}

TEST(ResultPlot, NothingLiesOverLabels) {
    Result result = on_gray(300, 400, {"a", "b"});
    result.task = Task::pose;
    result.boxes = {{100, 100, 200, 200, 0.9f, 0}};
    const int alone = pixels_of(result.plot(), image::class_color(0));
    result.boxes.push_back({90, 90, 220, 250, 0.8f, 1});  // its outline, points and label are in the way
    result.keypoints = {{}, {{120, 89, 1}, {130, 91, 1}}};
    EXPECT_GE(pixels_of(result.plot(), image::class_color(0)), alone);
}

TEST(ResultPlot, LabelsOfOlderTracksKeepTheirPlaces) {
    Result result = on_gray(300, 400, {"a"});
    result.boxes = {{100, 100, 150, 200, 0.9f, 0, 4}, {110, 100, 160, 200, 0.8f, 0, 9}};
    const PlotOptions plot = {.confidence = false, .color_mode = ColorMode::by_instance};
    const Image one = result.plot(plot);
    std::swap(result.boxes[0].confidence, result.boxes[1].confidence);
    std::swap(result.boxes[0], result.boxes[1]);
    const Image other = result.plot(plot);
    const cv::Rect above(100, 70, 100, 28);
    EXPECT_EQ(cv::norm(matrix(one)(above), matrix(other)(above), cv::NORM_INF), 0);
    EXPECT_GT(cv::countNonZero(changed(one)(above)), 300);
}

TEST(ResultPlot, MasksAreBlendedUnderTheBoxes) {
    Result result = on_gray(64, 64, {"a", "b"});
    result.task = Task::segment;
    result.boxes = {{20, 20, 40, 40, 0.9f, 1}};
    result.masks = {{64, 64, std::vector<std::uint8_t>(64 * 64, 1)}};
    const Image image = result.plot({.labels = false, .confidence = false});
    const cv::Mat drawn = matrix(image);
    const image::Color color = image::class_color(1);
    EXPECT_EQ(drawn.at<cv::Vec3b>(20, 30), color);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(drawn.at<cv::Vec3b>(5, 5)[c], (128 + color[c]) / 2, 1);
    EXPECT_EQ(changed_pixels(result, {.boxes = false, .masks = false}), 0);
}

TEST(ResultPlot, ClassesKeypointsAndRotatedBoxes) {
    Result classes = on_gray(200, 300, {"cat", "dog"});
    classes.task = Task::classify;
    classes.probs = {0.25f, 0.75f};
    EXPECT_GT(changed_pixels(classes, {.boxes = false}), 500);
    EXPECT_EQ(changed_pixels(classes, {.labels = false, .confidence = false}), 0);

    Result pose = on_gray(200, 300, {"cat"});
    pose.task = Task::pose;
    pose.boxes = {{20, 20, 100, 100, 0.9f, 0}};
    pose.keypoints = {{{60, 60, 0.9f}}};
    EXPECT_THAT(changed_pixels(pose, {.boxes = false}), testing::AllOf(testing::Ge(70), testing::Le(140)));

    Result obb = on_gray(200, 300, {"cat"});
    obb.task = Task::obb;
    obb.obb = {{150, 100, 80, 40, 0.5f, 0.9f, 0}};
    EXPECT_GT(changed_pixels(obb, {.labels = false, .confidence = false}), 400);
    EXPECT_EQ(changed_pixels(obb, {.boxes = false}), 0);
}

TEST(ResultPlot, ByInstanceEachHasAColourOfItsOwn) {
    Result result = on_gray(100, 100, {"a"});
    result.task = Task::segment;
    result.boxes = {{10, 10, 40, 40, 0.9f, 0}, {50, 10, 80, 40, 0.8f, 0}};
    Mask left{100, 100, std::vector<std::uint8_t>(100 * 100)}, right = left;
    left.data[60 * 100 + 20] = right.data[60 * 100 + 70] = 1;
    result.masks = {left, right};
    const auto colors = [&](ColorMode mode) {
        const Image image =
            result.plot({.labels = false, .confidence = false, .line_width = 2, .color_mode = mode});
        const cv::Mat drawn = matrix(image);
        return std::array{drawn.at<cv::Vec3b>(10, 20), drawn.at<cv::Vec3b>(10, 70),
                          drawn.at<cv::Vec3b>(60, 20), drawn.at<cv::Vec3b>(60, 70)};
    };
    const auto by_class = colors(ColorMode::by_class), by_instance = colors(ColorMode::by_instance);
    EXPECT_EQ(by_class[0], by_class[1]);
    EXPECT_EQ(by_class[2], by_class[3]);
    EXPECT_EQ(by_instance[0], image::class_color(0));
    EXPECT_EQ(by_instance[1], image::class_color(1));
    EXPECT_NE(by_instance[2], by_instance[3]) << "masks";

    Result pose = on_gray(100, 100, {"a"});
    pose.task = Task::pose;
    pose.boxes = {{10, 10, 40, 40, 0.9f, 0}};
    pose.keypoints = {{{60, 60, 0}, {80, 80, 1}}};
    const Image drawn = pose.plot({.color_mode = ColorMode::by_instance});
    EXPECT_EQ(matrix(drawn).at<cv::Vec3b>(80, 80), image::class_color(0));
    EXPECT_EQ(matrix(drawn).at<cv::Vec3b>(60, 60), cv::Vec3b(128, 128, 128)) << "not visible";
}

TEST(ResultPlot, TrackedObjectsHaveTheColourOfTheirNumberUnlessAsked) {
    Result result = on_gray(100, 100, {"a"});
    result.boxes = {{10, 10, 40, 40, 0.9f, 0}, {50, 10, 80, 40, 0.8f, 0}};
    const auto color = [&](const PlotOptions& options) {
        const Image image = result.plot(options);
        return matrix(image).at<cv::Vec3b>(40, 70);
    };
    EXPECT_EQ(color({}), image::class_color(0));
    result.boxes[0].track_id = 5;
    result.boxes[1].track_id = 7;
    EXPECT_EQ(color({}), image::class_color(7));
    EXPECT_EQ(color({.color_mode = ColorMode::by_class}), image::class_color(0));
}

TEST(ResultPlot, SizesOfLettersAndKeypoints) {
    Result result = on_gray(200, 300, {"cat"});
    result.task = Task::pose;
    result.boxes = {{20, 80, 100, 160, 0.875f, 0}};
    result.keypoints = {{{200, 60, 0.9f}}};
    const PlotOptions points = {.boxes = false};
    const int usual = changed_pixels(result, points);
    EXPECT_EQ(changed_pixels(result, {.boxes = false, .kpt_radius = 0}), 0);
    EXPECT_GT(changed_pixels(result, {.boxes = false, .kpt_radius = 10}), 3 * usual);
    const int all = changed_pixels(result, {});
    EXPECT_GT(changed_pixels(result, {.font_size = 40}), all + 500);
    EXPECT_LT(changed_pixels(result, {.font_size = 8}), all - 100);
    Result classes = on_gray(200, 300, {"cat", "dog"});
    classes.task = Task::classify;
    classes.probs = {0.25f, 0.75f};
    EXPECT_GT(changed_pixels(classes, {.font_size = 30}), 2 * changed_pixels(classes, {}));
}

TEST(ResultPlot, RefusesLengthsThatAreNone) {
    Result result = on_gray(20, 20, {"cat"});
    EXPECT_THROW(result.plot({.line_width = -1}), UsageError);
    EXPECT_THROW(result.plot({.font_size = 1001}), UsageError);
    EXPECT_THROW(result.plot({.kpt_radius = 100000}), UsageError);
    result.boxes = {{2, 2, 18, 18, 0.9f, 0}};
    result.keypoints = {{{10, 10, 1}}};
    EXPECT_GT(changed_pixels(result, {.line_width = 1000, .font_size = 1000, .kpt_radius = 1000}), 100);
}

TEST(ResultPlot, NeedsThePicture) {
    Result result = on_gray(10, 10, {"a"});
    result.image = {};
    EXPECT_THROW(result.plot(), Error);
}

TEST(ResultCrop, HasAMarginAndIsNumbered) {
    const fs::path folder = test::scratch_dir();
    Result result = on_gray(200, 300, {"cat", "car/van", "..", "car_van"});
    result.boxes = {{100, 100, 150, 120, 0.9f, 0},
                    {0, 0, 50, 20, 0.8f, 0},
                    {10, 10, 20, 20, 0.7f, 1},
                    {10, 10, 20, 20, 0.7f, 2},
                    {10, 10, 20, 20, 0.7f, 3}};
    result.save_crop(folder.string(), "street");
    EXPECT_EQ(image::read_image(folder / "cat" / "street.jpg").size(),
              cv::Size(61, 31));  // 94.5..155.5, 94.8..125.2
    EXPECT_EQ(image::read_image(folder / "cat" / "street-2.jpg").size(), cv::Size(55, 25));
    for (const char* name : {"car_van-2", "_", "car_van"})
        EXPECT_EQ(std::distance(fs::directory_iterator(folder / name), {}), 1) << name;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 4);
}

TEST(ResultCrop, KeepsAllChroma) {
    const fs::path folder = test::scratch_dir();
    Result result = on_gray(200, 300, {"cat"});
    result.boxes = {{100, 100, 150, 120, 0.9f, 0}};
    result.save_crop(folder.string(), "a");
    const std::string jpeg = read_text(folder / "cat" / "a.jpg");
    const std::size_t frame =
        jpeg.find("\xFF\xC0");  // start of frame: ..., components, (id, sampling, table) each
    ASSERT_NE(frame, std::string::npos);
    EXPECT_EQ(jpeg[frame + 9], 3);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(jpeg[frame + 11 + 3 * c], 0x11);
}

TEST(ResultCrop, RotatedBoxesAreTurnedUpright) {
    const fs::path folder = test::scratch_dir();
    Result result = on_gray(200, 300, {"ship"});
    result.task = Task::obb;
    result.obb = {{150, 100, 80, 40, 0.6f, 0.9f, 0}};
    // A white bar along the long side, in the half of the box that lies towards smaller y.
    cv::Mat picture = matrix(result.image);
    const RotatedBox bar{150 + 10 * std::sin(0.6f), 100 - 10 * std::cos(0.6f), 80, 20, 0.6f};
    std::vector<cv::Point2f> corners;
    for (const Point& corner : bar.corners()) corners.emplace_back(corner.x, corner.y);
    std::vector<cv::Point> pixels(corners.begin(), corners.end());
    cv::fillConvexPoly(picture, pixels, cv::Scalar::all(255));
    result.save_crop(folder.string(), "a");
    const cv::Mat cut = image::read_image(folder / "ship" / "a.jpg");
    ASSERT_EQ(cut.size(), cv::Size(91, 50));
    for (const int x : {10, 45, 80}) {
        EXPECT_GT(cut.at<cv::Vec3b>(15, x)[0], 240) << "column " << x;
        EXPECT_NEAR(cut.at<cv::Vec3b>(35, x)[0], 128, 8) << "column " << x;
    }
}

TEST(ResultCrop, IsRefusedForClasses) {
    Result result = on_gray(20, 30, {"cat"});
    result.task = Task::classify;
    result.probs = {1};
    EXPECT_THROW(result.save_crop(test::scratch_dir().string(), "a"), UsageError);
}

TEST(ResultSave, WritesTheDrawing) {
    Result result = on_gray(50, 60, {"cat"});
    result.boxes = {{5, 6, 30, 40, 0.875f, 0}};
    const fs::path file = test::scratch_dir() / "drawn.png";
    result.save(file.string());
    const Image plotted = result.plot();
    EXPECT_EQ(cv::norm(image::read_image(file), matrix(plotted), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/codec.hpp"
#include "plots/axes.hpp"
#include "plots/confusion.hpp"
#include "plots/curves.hpp"
#include "plots/label_statistics.hpp"
#include "plots/picture_grid.hpp"
#include "plots/results.hpp"
#include "plots/results_table.hpp"
#include "plots_support.hpp"
#include "support/golden.hpp"

namespace yolo::plots {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

/// The share of pixels that differ from white by more than a shade.
double inked(const cv::Mat& picture) {
    cv::Mat gray;
    cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
    return static_cast<double>(cv::countNonZero(gray < 230)) / static_cast<double>(gray.total());
}

cv::Mat read_figure(const std::filesystem::path& file, Size size) {
    const cv::Mat picture = image::read_image(file);
    EXPECT_EQ(picture.rows, size.height) << file;
    EXPECT_EQ(picture.cols, size.width) << file;
    return picture;
}

TEST(CanvasText, is_one_line) {
    const Canvas canvas(10, 10);
    EXPECT_EQ(canvas.text_width("red\ncell", 20), canvas.text_width("red cell", 20));
}

TEST(Curves, four_files_of_nine_by_six_inches) {
    const auto folder = test::scratch_dir();
    for (const std::size_t classes : {5u, 40u}) {
        const auto names = test::class_names(classes);
        RunFiles files(folder);
        draw_curves(test::some_table(classes), names, files, "Box" + std::to_string(classes));
        for (const char* kind : {"PR", "F1", "P", "R"}) {
            const auto file = folder / ("Box" + std::to_string(classes) + kind + "_curve.png");
            EXPECT_GT(inked(read_figure(file, {1500, 2250})), 0.01) << file;
        }
    }
}

TEST(Curves, nothing_without_objects) {
    const auto folder = test::scratch_dir();
    RunFiles files(folder);
    draw_curves({}, test::class_names(2), files, "Box");
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(Confusion, both_files_at_any_number_of_classes) {
    using enum metrics::ConfusionMatrix::Background;
    const auto scratch = test::scratch_dir();
    for (const int classes : {1, 5, 80, 250}) {
        const auto folder = scratch / std::to_string(classes);
        std::filesystem::create_directories(folder);
        const auto names = test::class_names(static_cast<std::size_t>(classes));
        RunFiles files(folder);
        draw_confusion_matrix(test::some_matrix(classes, classes == 5 ? none : last), names, files);
        for (const char* name : {"confusion_matrix.png", "confusion_matrix_normalized.png"}) {
            EXPECT_GT(inked(read_figure(folder / name, {2250, 3000})), 0.01);
        }
    }
}

TEST(Confusion, the_diagonal_is_dark) {
    const auto folder = test::scratch_dir();
    metrics::ConfusionMatrix matrix(2, metrics::ConfusionMatrix::Background::none);
    for (int i = 0; i < 10; ++i) matrix.add(1, 1);
    RunFiles files(folder);
    draw_confusion_matrix(matrix, test::class_names(2), files);
    const cv::Mat picture = image::read_image(folder / "confusion_matrix.png");
    // Predicted downwards, true to the right: the cell (1, 1) is the lower right one.
    const auto dark = [](const cv::Vec3b& pixel) { return pixel[2] < 60; };
    EXPECT_TRUE(dark(picture.at<cv::Vec3b>(1400, 2200)));
    EXPECT_FALSE(dark(picture.at<cv::Vec3b>(500, 1100)));
}

void write_results(const std::filesystem::path& file, int epochs) {
    std::ofstream csv(file);
    csv << "epoch,time,train/box_loss,train/cls_loss,train/dfl_loss,metrics/precision(B),metrics/recall(B),"
           "metrics/mAP50(B),metrics/mAP50-95(B),val/box_loss,val/cls_loss,val/dfl_loss,lr/pg0,lr/pg1,lr/"
           "pg2\n";
    for (int i = 1; i <= epochs; ++i) {
        const double wave = 0.05 * std::sin(i * 2.3), fall = 1.0 + 2.0 / i;
        csv << i << "," << i * 3.5 << "," << fall + wave << "," << fall * 1.4 - wave << "," << fall / 2 << ","
            << 0.8 - 0.7 / i + wave << "," << 0.7 - 0.6 / i << "," << 0.75 - 0.7 / i << "," << 0.5 - 0.45 / i
            << "," << fall + 0.1 << "," << (i == 4 ? NAN : fall * 1.5) << "," << fall / 2 + 0.1
            << ",.01,.01,.01\n";
    }
    csv << "999,1";  // cut off
}

TEST(Results, ten_panels) {
    const auto folder = test::scratch_dir();
    write_results(folder / "results.csv", 40);
    write_results(folder / "results-2.csv", 3);
    RunFiles files(folder);
    draw_results(files);
    EXPECT_GT(inked(read_figure(folder / "results.png", {1200, 2400})), 0.01);
    EXPECT_THAT(panel_columns(read_results(folder / "results.csv")),
                ElementsAre("train/box_loss", "train/cls_loss", "train/dfl_loss", "metrics/precision(B)",
                            "metrics/recall(B)", "val/box_loss", "val/cls_loss", "val/dfl_loss",
                            "metrics/mAP50(B)", "metrics/mAP50-95(B)"));
}

TEST(Results, one_epoch_and_none) {
    const auto folder = test::scratch_dir();
    RunFiles files(folder);
    EXPECT_THROW(draw_results(files), Error);
    for (const int epochs : {0, 1}) {
        write_results(folder / "results.csv", epochs);
        draw_results(files);
        EXPECT_GT(inked(image::read_image(folder / "results.png")), 0.001);
    }
}

TEST(Results, smoothing) {
    EXPECT_THAT(
        gauss_smoothed(std::vector<double>{0, 0, 1, 0, 0, 0, 0, 0}),
        Pointwise(DoubleNear(1e-5), {.18715, .18051, .16631, .14431, .1167, .088257, .064934, .051832}));
    EXPECT_THAT(gauss_smoothed({}), ElementsAre());
}

TEST(Ticks, are_round_and_within) {
    EXPECT_THAT(round_ticks({0, 1}, 5).values, Pointwise(DoubleNear(1e-12), {0., .2, .4, .6, .8, 1.}));
    EXPECT_EQ(round_ticks({0, 1}, 4).text(0.25), "0.25");
    EXPECT_EQ(round_ticks({-1, 1}, 4).text(-0.0), "0.0");
    const Ticks large = round_ticks({3000, 41000}, 6);
    EXPECT_EQ(large.decimals, 0);
    EXPECT_EQ(large.text(large.values[0]), "10000");
}

TEST(Labels, counts_shapes_places_and_sizes) {
    const auto folder = test::scratch_dir();
    RunFiles files(folder);
    std::mt19937 random(1);
    std::uniform_real_distribution<float> unit(0, 1);
    for (const std::size_t classes : {1u, 5u, 29u, 80u}) {
        std::vector<int> ids;
        std::vector<image::Box4> boxes;
        for (int i = 0; i < 3000; ++i) {
            ids.push_back(static_cast<int>(static_cast<float>(classes) * unit(random) * unit(random)));
            boxes.push_back({unit(random), unit(random), unit(random) * 0.3f, unit(random) * 0.4f});
        }
        draw_label_statistics(ids, boxes, test::class_names(classes), files);
        EXPECT_GT(inked(read_figure(folder / "labels.jpg", {1600, 1600})), 0.02);
        std::filesystem::rename(folder / "labels.jpg",
                                folder / ("labels" + std::to_string(classes) + ".jpg"));
    }
    draw_label_statistics({}, {}, test::class_names(2), files);
    EXPECT_TRUE(std::filesystem::exists(folder / "labels.jpg"));
}

GridPicture some_picture(int index, cv::Size size) {
    GridPicture item;
    item.picture = cv::Mat(size, CV_8UC3, cv::Scalar(60 + 9 * index, 120, 200 - 9 * index));
    item.name = "picture_" + std::to_string(index) + ".jpg";
    item.found.names = std::make_shared<std::vector<std::string>>(test::class_names(5));
    item.found.boxes.push_back({20, 50, 120, 140, 0.9f, index % 5});
    item.found.boxes.push_back({150, 90, 290, 300, 0.5f, 2});
    item.texts = {item.found.names->at(static_cast<std::size_t>(index % 5)) + "0.9", "platelet0.5"};
    return item;
}

TEST(PictureGrid, sixteen_pictures_of_which_the_long_side_is_limited) {
    std::vector<GridPicture> pictures;
    for (int i = 0; i < 20; ++i) pictures.push_back(some_picture(i, {640, 512}));
    Mask mask{128, 160, std::vector<std::uint8_t>(128 * 160)};
    for (std::size_t i = 5000; i < 12000; ++i) mask.data[i] = 1;
    pictures[0].mask = [&](std::size_t i) { return i == 0 ? mask : Mask{}; };
    const auto file = test::scratch_dir() / "val_batch0_pred.jpg";
    PictureGrid grid(20, {640, 512});
    ASSERT_EQ(grid.places(), 16);
    for (int i = 0; i < grid.places(); ++i) grid.draw(i, pictures[static_cast<std::size_t>(i)]);
    grid.write(file);
    read_figure(file, {384 * 4, 480 * 4});
}

TEST(PictureGrid, small_pictures_are_enlarged_and_few_fit) {
    GridPicture item;
    item.picture = cv::Mat(28, 28, CV_8UC3, cv::Scalar::all(90));
    item.texts = {"ankle boot 0.9"};
    item.name = "0017.png";
    const auto folder = test::scratch_dir();
    const auto file = folder / "train_batch0.jpg";
    PictureGrid grid(3, item.picture.size());
    for (int i = 0; i < 3; ++i) grid.draw(i, item);
    grid.write(file);
    const cv::Mat picture = read_figure(file, {320, 320});
    EXPECT_GT(picture.at<cv::Vec3b>(300, 300)[0], 240);  // the fourth place is empty
}

TEST(PictureGrid, columns_are_filled_from_above) {
    const auto file = test::scratch_dir() / "grid.jpg";
    PictureGrid grid(4, {200, 200});
    GridPicture item;
    for (int i = 0; i < 4; ++i) {
        item.picture = cv::Mat(200, 200, CV_8UC3, cv::Scalar::all(60 * i));
        grid.draw(i, item);
    }
    grid.write(file);
    const cv::Mat picture = read_figure(file, {400, 400});
    EXPECT_NEAR(picture.at<cv::Vec3b>(300, 100)[0], 60, 3) << "below the first one";
    EXPECT_NEAR(picture.at<cv::Vec3b>(100, 300)[0], 120, 3);
}

/// One picture of even gray with two boxes of a class, keypoints and a mask.
cv::Mat drawn_grid(const PlotOptions& plot, bool with_texts = true) {
    GridPicture item;
    item.picture = cv::Mat(300, 300, CV_8UC3, cv::Scalar::all(128));
    item.found.names = std::make_shared<std::vector<std::string>>(test::class_names(2));
    item.found.boxes = {{50, 50, 150, 150, 0.9f, 0}, {160, 50, 260, 150, 0.8f, 0}};
    item.found.keypoints = {{{80, 250, 1}, {20, 250, 0}}, {{200, 250, 1}, {20, 280, 0}}};
    if (with_texts) item.texts = {"red cell0.9", "red cell0.8"};
    const auto file = test::scratch_dir() / "grid.png";
    PictureGrid grid(1, item.picture.size(), plot);
    grid.draw(0, item);
    grid.write(file);
    return image::read_image(file);
}

int differing(const cv::Mat& a, const cv::Mat& b) {
    cv::Mat difference, gray;
    cv::absdiff(a, b, difference);
    cv::cvtColor(difference, gray, cv::COLOR_BGR2GRAY);
    return cv::countNonZero(gray > 8);
}

TEST(PictureGrid, draws_what_the_options_say) {
    const cv::Mat usual = drawn_grid({}), bare = drawn_grid({.boxes = false, .kpt_radius = 0});
    EXPECT_EQ(differing(usual, drawn_grid({.line_width = 0, .font_size = 0, .kpt_radius = 5})), 0);
    EXPECT_GT(differing(usual, bare), 1000);
    EXPECT_EQ(differing(bare, drawn_grid({.boxes = false, .kpt_radius = 0}, false)), 0) << "no labels either";
    EXPECT_GT(differing(drawn_grid({.boxes = false, .kpt_radius = 12}), bare),
              3 * differing(drawn_grid({.boxes = false}), bare));
    const cv::Mat empty = drawn_grid({}, false);
    EXPECT_GT(differing(drawn_grid({.font_size = 30}), empty), 2 * differing(usual, empty));
    EXPECT_GT(differing(drawn_grid({.line_width = 6}, false), bare), 2 * differing(empty, bare));
}

TEST(PictureGrid, by_instance_neighbours_and_their_keypoints_differ) {
    const auto at = [](const cv::Mat& picture, int x, int y) {
        const auto pixel = picture.at<cv::Vec3b>(y, x);
        return std::array{pixel[0], pixel[1], pixel[2]};
    };
    const cv::Mat by_class = drawn_grid({}, false);
    const cv::Mat by_instance = drawn_grid({.color_mode = ColorMode::by_instance}, false);
    EXPECT_EQ(at(by_class, 100, 150), at(by_class, 200, 150));
    EXPECT_NE(at(by_instance, 100, 150), at(by_instance, 200, 150));
    EXPECT_EQ(at(by_instance, 80, 250), at(by_instance, 100, 150)) << "as its box";
    EXPECT_EQ(at(by_instance, 200, 250), at(by_instance, 200, 150));
    EXPECT_EQ(at(by_instance, 20, 250)[0], 128) << "not visible";
}

}  // namespace
}  // namespace yolo::plots

// SPDX-License-Identifier: Apache-2.0
#include "data/shapes/shapes.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/shapes/scene.hpp"
#include "support/golden.hpp"

namespace yolo::data {
namespace {

std::vector<double> numbers(const std::string& row) {
    std::istringstream stream(row);
    std::vector<double> values;
    for (double value = 0; stream >> value;) values.push_back(value);
    return values;
}

std::size_t expected_columns(Task task) {
    return task == Task::obb ? 9 : task == Task::pose ? 5 + 4 * 3 : 5;
}

TEST(Shapes, EveryTaskHasPicturesAndLabelsInRange) {
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb}) {
        const auto folder = test::scratch_dir() / to_string(task);
        write_shapes(folder, {.task = task, .pictures = 10, .size = 96});
        std::size_t rows = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder / "labels" / "train")) {
            std::istringstream lines(read_text(file.path()));
            for (std::string line; std::getline(lines, line); ++rows) {
                const std::vector<double> values = numbers(line);
                if (task == Task::segment) {
                    EXPECT_GE(values.size(), 7U);
                    EXPECT_EQ(values.size() % 2, 1U);
                } else {
                    EXPECT_EQ(values.size(), expected_columns(task)) << line;
                }
                EXPECT_LT(values[0], static_cast<double>(shape_names(task).size()));
                for (std::size_t i = 1; i < values.size(); ++i) {
                    EXPECT_GE(values[i], 0);
                    EXPECT_LE(values[i], 2);
                }
            }
            EXPECT_TRUE(std::filesystem::exists(folder / "images" / "train" /
                                                file.path().filename().replace_extension(".jpg")));
        }
        EXPECT_GT(rows, 8U);
    }
}

TEST(Shapes, TheSameSeedGivesTheSamePictures) {
    ShapeRandom first(3, 5), second(3, 5), other(3, 6);
    const Scene a = draw_scene(Task::detect, {64, 64}, first), b = draw_scene(Task::detect, {64, 64}, second);
    const Scene c = draw_scene(Task::detect, {64, 64}, other);
    EXPECT_EQ(std::vector<uchar>(a.picture.datastart, a.picture.dataend),
              std::vector<uchar>(b.picture.datastart, b.picture.dataend));
    EXPECT_NE(std::vector<uchar>(a.picture.datastart, a.picture.dataend),
              std::vector<uchar>(c.picture.datastart, c.picture.dataend));
}

TEST(Shapes, TheOwnerMapAgreesWithThePicturesObjects) {
    ShapeRandom random(0, 1);
    const Scene scene = draw_scene(Task::detect, {128, 128}, random);
    const ShapeObject& top = scene.objects.back();  // nothing covers the last one
    const cv::Point2f center = top.rectangle.center;
    EXPECT_EQ(scene.owner.at<int>(static_cast<int>(center.y), static_cast<int>(center.x)),
              static_cast<int>(scene.objects.size()));
}

TEST(Shapes, AFolderThatHoldsSomethingIsLeftAlone) {
    const auto folder = test::scratch_dir() / "full";
    make_directories(folder);
    write_file(folder / "mine.txt", "x");
    EXPECT_THROW(write_shapes(folder, {.pictures = 4}), Error);
    EXPECT_THROW(write_shapes(folder / "new", {.pictures = 1}), UsageError);
}

}  // namespace
}  // namespace yolo::data

// SPDX-License-Identifier: Apache-2.0
#include "data/augment/perspective.hpp"

#include <numeric>

#include <gmock/gmock.h>

#include "data/golden_instances.hpp"

namespace yolo {
namespace {

using test::golden_cases;
using test::GoldenCase;
using test::tensor;

cv::Matx33f matrix_of(const test::StoredTensor& stored) {
    const auto values = stored.as<double>();
    cv::Matx33f matrix;
    for (int i = 0; i < 9; ++i) matrix.val[i] = static_cast<float>(values[static_cast<std::size_t>(i)]);
    return matrix;
}

/// The scale that was drawn: of an affine matrix without shear, its determinant's root.
double drawn_scale(const cv::Matx33f& matrix) {
    return std::sqrt(
        std::abs(static_cast<double>(matrix(0, 0) * matrix(1, 1) - matrix(0, 1) * matrix(1, 0))));
}

TEST(PerspectiveGolden, PicturesAndObjects) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "perspective")) {
        const cv::Mat picture = test::picture(tensor(golden.tensors, "image"));
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = entry.at("case");
            SCOPED_TRACE(golden.name + " " + name);
            const cv::Mat expected = test::picture(tensor(golden.tensors, name + ".image_out"));
            const cv::Matx33f matrix = matrix_of(tensor(golden.tensors, name + ".M"));
            cv::Mat warped(expected.size(), CV_8UC3);
            data::warp_picture(picture, matrix, warped);
            EXPECT_LE(test::mean_difference(warped, expected), 1);

            data::Instances instances;
            instances.boxes = test::boxes_of(golden.floats(name + ".boxes_in"));
            for (std::size_t i = 0; i < instances.boxes.size(); ++i) {
                instances.classes.push_back(static_cast<int>(i));
            }
            data::Instances wanted;
            wanted.boxes = test::boxes_of(golden.floats(name + ".boxes_out"));
            for (const float c : golden.floats(name + ".kept_class")) {
                wanted.classes.push_back(static_cast<int>(c));
            }
            if (golden.has(name + ".segments_in")) {
                instances.polygons = test::polygons_of(tensor(golden.tensors, name + ".segments_in"));
                wanted.polygons = test::polygons_of(tensor(golden.tensors, name + ".segments_out"));
            }
            if (golden.has(name + ".keypoints_in")) {
                instances.keypoints = test::points_of(golden.floats(name + ".keypoints_in"));
                instances.keypoints_each =
                    static_cast<int>(tensor(golden.tensors, name + ".keypoints_in").shape.at(1));
                wanted.keypoints = test::points_of(golden.floats(name + ".keypoints_out"));
            }
            data::warp_instances(instances, matrix, drawn_scale(matrix), {expected.rows, expected.cols},
                                 data::OutlineKind::shape);
            test::expect_equal(instances, wanted, 0.01f);
        }
    }
}

TEST(PerspectiveGolden, WholeSamplesWithTheirScale) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "warp")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = "case" + std::to_string(entry.at("case").get<int>());
            SCOPED_TRACE(golden.name + " " + name);
            data::Sample sample = test::golden_sample(golden, name + ".in0");
            data::scale(sample.instances, static_cast<float>(sample.picture.cols),
                        static_cast<float>(sample.picture.rows));
            std::iota(sample.instances.classes.begin(), sample.instances.classes.end(), 0);
            const Size size{entry.at("size_wh")[1], entry.at("size_wh")[0]};
            const cv::Matx33f matrix = matrix_of(tensor(golden.tensors, name + ".M"));
            cv::Mat warped(size.height, size.width, CV_8UC3);
            data::warp_picture(sample.picture, matrix, warped);
            EXPECT_LE(
                test::mean_difference(warped, test::picture(tensor(golden.tensors, name + ".out.image"))), 1);
            data::warp_instances(sample.instances, matrix, entry.at("scale_drawn"), size,
                                 entry.value("preserve_obb", false) ? data::OutlineKind::rotated_box
                                                                    : data::OutlineKind::shape);
            test::expect_equal(sample.instances, test::golden_instances(golden, name + ".out"), 0.02f);
        }
    }
}

TEST(PerspectiveGolden, Candidates) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "candidates")) {
        const auto before = test::boxes_of(golden.floats("before"));
        const auto after = test::boxes_of(golden.floats("after"));
        for (const auto& [name, stored] : golden.tensors) {
            if (!name.starts_with("kept_")) continue;
            const auto kept = stored.as<std::uint8_t>();
            const float share = std::stof(name.substr(5));
            for (std::size_t i = 0; i < before.size(); ++i) {
                EXPECT_EQ(data::is_candidate(before[i], after[i], share), kept[i] != 0) << name << " " << i;
            }
        }
    }
}

TEST(Perspective, TheMatrixPutsTheMiddleWhereItWasDrawn) {
    const data::PerspectiveDraw draw = {.angle = 90, .scale = 2, .translate_x = 0.25, .translate_y = 0.75};
    const cv::Matx33f matrix = data::perspective_matrix(draw, {40, 60}, {100, 200});
    const cv::Vec3f middle = matrix * cv::Vec3f(30, 20, 1);
    EXPECT_NEAR(middle[0], 50, 1e-4);
    EXPECT_NEAR(middle[1], 75, 1e-4);
    // Counter-clockwise as seen: what was right of the middle lies above it, twice as far.
    const cv::Vec3f right = matrix * cv::Vec3f(40, 20, 1);
    EXPECT_NEAR(right[0], 50, 1e-4);
    EXPECT_NEAR(right[1], 55, 1e-4);
}

/// The plain form warps the whole picture.
TEST(Perspective, NothingOutsideOfTheVisiblePartIsRead) {
    std::mt19937 random(4);
    const cv::Mat whole = test::random_picture(128, 128, random);
    data::Augmentation augmentation;
    augmentation.degrees = 45, augmentation.shear = 10, augmentation.translate = 0.4;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const auto draw = data::draw_perspective(augmentation, data::Random(i));
        const cv::Matx33f matrix = data::perspective_matrix(draw, {128, 128}, {64, 64});
        const cv::Rect visible = data::visible_part(matrix, {128, 128}, {64, 64});
        cv::Mat part(whole.size(), CV_8UC3, cv::Scalar::all(255));
        if (!visible.empty()) whole(visible).copyTo(part(visible));
        cv::Mat from_whole(64, 64, CV_8UC3), from_part(64, 64, CV_8UC3);
        data::warp_picture(whole, matrix, from_whole);
        data::warp_picture(part, matrix, from_part);
        EXPECT_EQ(test::largest_difference(from_whole, from_part), 0) << i;
    }
}

TEST(Perspective, DrawsStayInTheirRanges) {
    data::Augmentation augmentation;
    augmentation.degrees = 10, augmentation.shear = 5, augmentation.perspective = 0.001;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto draw = data::draw_perspective(augmentation, data::Random(i));
        EXPECT_LE(std::abs(draw.angle), 10);
        EXPECT_LE(std::abs(draw.shear_x), 5);
        EXPECT_LE(std::abs(draw.perspective_y), 0.001);
        EXPECT_GE(draw.scale, 0.5);
        EXPECT_LE(draw.scale, 1.5);
        EXPECT_GE(draw.translate_x, 0.4);
        EXPECT_LE(draw.translate_y, 0.6);
    }
}

}  // namespace
}  // namespace yolo

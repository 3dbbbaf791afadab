// SPDX-License-Identifier: Apache-2.0
#include "image/letterbox.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/box_forms.hpp"
#include "image/picture_sizes.hpp"
#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

using nlohmann::json;
using test::picture;
using test::size_of_json;

LetterboxOptions options_of(const json& entry, const char* shape_key) {
    LetterboxOptions options;
    options.shape = size_of_json(entry.at(shape_key));
    options.minimal = entry.value("auto", false);
    options.scale_fill = entry.value("scale_fill", false);
    options.scale_up = entry.value("scaleup", true);
    options.center = entry.value("center", true);
    options.stride = entry.value("stride", 32);
    return options;
}

cv::Mat letterboxed(const cv::Mat& source, const LetterboxGeometry& geometry) {
    cv::Mat out(geometry.output.height, geometry.output.width, CV_8UC3);
    letterbox(source, geometry, out);
    return out;
}

TEST(LetterboxGolden, GeometryIsThatOfTheTable) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int rows = 0;
    for (const auto& golden : test::golden_cases("preprocess", "letterbox")) {
        for (const json& row : golden.json.value("rows", json::array())) {
            ++rows;
            const LetterboxGeometry geometry =
                letterbox_geometry(size_of_json(row.at("hw")), options_of(row, "new_hw"));
            ASSERT_EQ(geometry.resized, (Size{row["resized_wh"][1], row["resized_wh"][0]})) << row;
            ASSERT_EQ(geometry.output, size_of_json(row.at("out_hw"))) << row;
            ASSERT_EQ(json({geometry.top, geometry.bottom, geometry.left, geometry.right}),
                      json({row["top"], row["bottom"], row["left"], row["right"]}))
                << row;
            ASSERT_DOUBLE_EQ(geometry.ratio_width, row["ratio_wh"][0].get<double>()) << row;
            ASSERT_DOUBLE_EQ(geometry.ratio_height, row["ratio_wh"][1].get<double>()) << row;
        }
    }
    EXPECT_GT(rows, 0);
}

TEST(LetterboxGolden, PicturesAreWithinOneGreyLevel) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int pictures = 0;
    for (const auto& golden : test::golden_cases("preprocess", "letterbox")) {
        for (const json& entry : golden.json.value("cases", json::array())) {
            ++pictures;
            const auto image = entry.at("image").dump(), index = entry.at("case").dump();
            const cv::Mat source = picture(tensor(golden.tensors, "image" + image));
            const LetterboxGeometry geometry =
                letterbox_geometry({source.rows, source.cols}, options_of(entry, "new_shape"));
            const cv::Mat expected = picture(tensor(golden.tensors, "out" + image + "_" + index));
            const cv::Mat out = letterboxed(source, geometry);
            ASSERT_EQ(out.size(), expected.size()) << golden.name << " " << entry;
            EXPECT_LE(test::largest_difference(out, expected), 1) << golden.name << " " << entry;
        }
    }
    EXPECT_GT(pictures, 0);
}

TEST(LetterboxGolden, LabelsMoveWithThePicture) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "letterbox_labels")) {
        for (const json& entry : golden.json.at("cases")) {
            const auto image = entry.at("image").dump(), index = entry.at("case").dump();
            const auto& shape = tensor(golden.tensors, "image" + image).shape;
            const Size size{static_cast<int>(shape[0]), static_cast<int>(shape[1])};
            const LetterboxGeometry geometry = letterbox_geometry(size, options_of(entry, "new_shape"));
            EXPECT_EQ(geometry.left, entry["ratio_pad"][1][0]) << entry;
            EXPECT_EQ(geometry.top, entry["ratio_pad"][1][1]) << entry;
            const auto boxes = golden.floats("boxes" + image);
            const auto expected = golden.floats("out_boxes" + image + "_" + index);
            for (std::size_t i = 0; i < boxes.size(); i += 4) {
                Box4 box = xywhn_to_xyxy({boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]}, size);
                for (std::size_t k = 0; k < 4; ++k) {
                    const double ratio = k % 2 == 0 ? geometry.ratio_width : geometry.ratio_height;
                    const double moved = box[k] * ratio + (k % 2 == 0 ? geometry.left : geometry.top);
                    EXPECT_NEAR(moved, expected[i + k], 1e-3) << golden.name << " " << entry;
                }
            }
        }
    }
}

TEST(LetterboxGolden, ValidationPicture) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "val_path")) {
        int index = 0;
        for (const json& entry : golden.json.at("cases")) {
            const std::string number = std::to_string(index++);
            const cv::Mat source = picture(tensor(golden.tensors, "image" + number));
            const int imgsz = entry.at("imgsz");
            const Size loaded = loaded_size({source.rows, source.cols}, imgsz);
            ASSERT_EQ(loaded, size_of_json(entry.at("loaded_hw")));
            cv::Mat read;
            cv::resize(source, read, {loaded.width, loaded.height}, 0, 0, cv::INTER_LINEAR);
            const Size shape =
                entry["rect_hw"].is_null() ? Size{imgsz, imgsz} : size_of_json(entry["rect_hw"]);
            const cv::Mat out =
                letterboxed(read, letterbox_geometry(loaded, {.shape = shape, .scale_up = false}));
            const auto& stored = tensor(golden.tensors, "tensor" + number);  // (3, H, W) RGB
            ASSERT_EQ(stored.shape, (std::vector<std::int64_t>{3, out.rows, out.cols}));
            const auto expected = stored.as<std::uint8_t>();
            std::size_t i = 0;
            for (int channel = 2; channel >= 0; --channel) {
                for (const auto& pixel : cv::Mat_<cv::Vec3b>(out))
                    ASSERT_NEAR(pixel[channel], expected[i++], 1);
            }
        }
    }
}

TEST(Letterbox, FillsThePlaceWithPictureAndBorder) {
    std::mt19937 random(1);
    std::uniform_int_distribution<int> side(1, 90);
    for (int round = 0; round < 200; ++round) {
        const cv::Mat source = test::random_picture(side(random), side(random), random);
        const LetterboxGeometry geometry = letterbox_geometry(
            {source.rows, source.cols}, {.shape = {32 * (1 + round % 3), 64}, .minimal = round % 2 == 0});
        // The place is one row of pictures in a batch, wider than the letterboxed one: nothing beside it may
        // change.
        cv::Mat batch(geometry.output.height + 2, geometry.output.width + 2, CV_8UC3, cv::Scalar::all(7));
        cv::Mat place = batch(cv::Rect(1, 1, geometry.output.width, geometry.output.height));
        letterbox(source, geometry, place);
        cv::Mat resized, plain;
        cv::resize(source, resized, {geometry.resized.width, geometry.resized.height}, 0, 0,
                   cv::INTER_LINEAR);
        cv::copyMakeBorder(resized, plain, geometry.top, geometry.bottom, geometry.left, geometry.right,
                           cv::BORDER_CONSTANT, cv::Scalar::all(114));
        cv::copyMakeBorder(plain, plain, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar::all(7));
        ASSERT_EQ(test::largest_difference(batch, plain), 0);
    }
}

TEST(Letterbox, AGreyPlaceTakesAColourPicture) {
    std::mt19937 random(3);
    const cv::Mat source = test::random_picture(32, 20, random);
    const LetterboxGeometry geometry = letterbox_geometry({32, 20}, {.shape = {32, 32}});
    cv::Mat place(32, 32, CV_8UC1), grey;
    letterbox(source, geometry, place);
    cv::cvtColor(source, grey, cv::COLOR_BGR2GRAY);
    EXPECT_EQ(test::largest_difference(place(cv::Rect(6, 0, 20, 32)), grey), 0);
    EXPECT_EQ(place.at<std::uint8_t>(0, 0), 114);
    cv::Mat four(32, 32, CV_8UC4);
    EXPECT_THROW(letterbox(source, geometry, four), Error);
}

TEST(Letterbox, APlaceWithCutPaddingKeepsTheRatioOfTheShape) {
    std::mt19937 random(2);
    std::uniform_int_distribution<int> side(20, 3000);
    for (int round = 0; round < 3000; ++round) {
        const Size size{side(random), side(random)};
        const Size shape{round % 3 == 0 ? 480 : 640, 640};
        const LetterboxGeometry whole = letterbox_geometry(size, {.shape = shape, .minimal = round % 2 == 0});
        const LetterboxGeometry in_place = letterbox_geometry_in(size, shape, whole.output);
        ASSERT_EQ(in_place.resized, whole.resized);
        ASSERT_EQ(in_place.top, whole.top);
        ASSERT_EQ(in_place.left, whole.left);
        ASSERT_EQ(in_place.output, whole.output);
    }
}

}  // namespace
}  // namespace yolo::image

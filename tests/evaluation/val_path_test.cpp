// SPDX-License-Identifier: Apache-2.0
/// \file The whole way of a validation picture, from its file to the batch: golden/preprocess/val_path*.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "core/files.hpp"
#include "data/loader.hpp"
#include "evaluation/objects.hpp"
#include "image/codec.hpp"
#include "support/golden_case.hpp"

namespace yolo::evaluation {
namespace {

namespace fs = std::filesystem;

constexpr double grey_level = 1;
constexpr float box_tolerance = 0.01f;

/// A data set of one picture with one object.
std::shared_ptr<const data::Dataset> dataset_of(const cv::Mat& picture) {
    const fs::path folder = test::scratch_dir();
    make_directories(folder / "images");
    make_directories(folder / "labels");
    image::write_image(folder / "images" / "one.png", picture);
    write_file(folder / "labels" / "one.txt", "0 0.5 0.5 0.4 0.3\n");
    write_file(folder / "data.yaml", "path: .\ntrain: images\nval: images\nnames: [thing]\n");
    const LogSink quiet = [](LogLevel, std::string_view) {};
    const data::DatasetSpec spec =
        data::load_dataset_spec((folder / "data.yaml").string(), Task::detect, "", quiet);
    return data::open_dataset(spec, {.split = "val", .training = false, .write_cache = false, .log = quiet});
}

/// (3, H, W) RGB of one picture of a batch.
std::vector<std::uint8_t> planes(const data::Batch& batch) {
    const std::span<const std::uint8_t> pixels = batch.images.values<std::uint8_t>();
    const std::size_t count = pixels.size() / 3;
    std::vector<std::uint8_t> out(pixels.size());
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 3; ++c) out[c * count + i] = pixels[i * 3 + 2 - c];
    }
    return out;
}

void compare(const data::Batch& batch, const test::GoldenCase& golden, const nlohmann::json& c) {
    const std::string number = std::to_string(c.at("image").get<int>());
    const test::StoredTensor& tensor = test::tensor(golden.tensors, "tensor" + number);
    ASSERT_EQ((std::vector<std::int64_t>{3, batch.height(), batch.width()}), tensor.shape);
    const std::vector<std::uint8_t> got = planes(batch);
    for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(got[i], static_cast<std::uint8_t>(tensor.bytes[i]), grey_level) << "value " << i;

    const data::BatchPicture& picture = batch.pictures.at(0);
    const nlohmann::json& ratios = c.at("ratio_pad").at(0);
    const nlohmann::json& margins = c.at("ratio_pad").at(1);  // left, top
    EXPECT_NEAR(picture.ratio_height, ratios.at(0).get<double>(), 1e-6);
    EXPECT_NEAR(picture.ratio_width, ratios.at(1).get<double>(), 1e-6);
    EXPECT_DOUBLE_EQ(picture.left, margins.at(0).get<double>());
    EXPECT_DOUBLE_EQ(picture.top, margins.at(1).get<double>());

    const PictureObjects labels = labelled_objects(batch, 0, Task::detect);
    const std::vector<float> box = golden.floats("box" + number);
    ASSERT_EQ(labels.boxes.size(), 1U);
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(labels.boxes[0][k], box[k], box_tolerance);
}

TEST(ValPath, IsTheReferences) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int compared = 0;
    for (const test::GoldenCase& golden : test::golden_cases("preprocess", "val_path")) {
        for (const nlohmann::json& c : golden.json.at("cases")) {
            const std::string name = "image" + std::to_string(c.at("image").get<int>());
            SCOPED_TRACE(golden.name + " " + name);
            const test::StoredTensor& image = test::tensor(golden.tensors, name);
            cv::Mat picture(static_cast<int>(image.shape.at(0)), static_cast<int>(image.shape.at(1)),
                            CV_8UC3);
            std::copy(image.bytes.begin(), image.bytes.end(), reinterpret_cast<std::byte*>(picture.data));
            const auto loader = data::make_loader(dataset_of(picture), {.training = false,
                                                                        .imgsz = c.at("imgsz").get<int>(),
                                                                        .batch = 1,
                                                                        .rect = !c.at("rect_hw").is_null()});
            loader->start(0);
            compare(*loader->next(), golden, c);
            ++compared;
        }
    }
    EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace yolo::evaluation

// SPDX-License-Identifier: Apache-2.0
/// \file The whole way of a validation picture, from its file to the batch.
#include "data/loading/sample_maker.hpp"

#include <gmock/gmock.h>

#include "data/fake_dataset.hpp"
#include "data/golden_instances.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/picture_store.hpp"

namespace yolo {
namespace {

/// Rows (C, H, W) RGB of a golden as (H, W, C) BGR.
cv::Mat as_picture(const test::StoredTensor& stored) {
    const auto height = static_cast<int>(stored.shape.at(1)), width = static_cast<int>(stored.shape.at(2));
    const auto values = stored.as<std::uint8_t>();
    cv::Mat picture(height, width, CV_8UC3);
    const std::size_t plane = picture.total();
    for (std::size_t i = 0; i < plane; ++i) {
        picture.data[3 * i] = values[2 * plane + i];
        picture.data[3 * i + 1] = values[plane + i];
        picture.data[3 * i + 2] = values[i];
    }
    return picture;
}

TEST(SampleMakerGolden, ValidationPictures) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const test::GoldenCase& golden : test::golden_cases("preprocess", "val_path")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string number = std::to_string(entry.at("image").get<int>());
            SCOPED_TRACE(golden.name + " " + number);
            const cv::Mat original = test::picture(test::tensor(golden.tensors, "image" + number));
            const cv::Mat expected = as_picture(test::tensor(golden.tensors, "tensor" + number));
            auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 1);
            dataset->set_picture(0, original, {{0}, {{0.5f, 0.5f, 0.4f, 0.3f}}, {}, {}});

            data::LoaderOptions options;
            options.training = false, options.imgsz = entry.at("imgsz");
            const auto store = std::make_shared<data::PictureStore>(dataset, options, 0);
            const auto make = data::make_sample_maker({dataset, store, options});
            const data::EpochPlan plan(data::make_load_order(1, {}, options), 0, 0);
            cv::Mat place(expected.size(), CV_8UC3);
            const data::MadeSample made = make({0, 0, false, plan}, place).value();

            EXPECT_LE(test::largest_difference(place, expected), 1);
            const auto& ratio_pad = entry.at("ratio_pad");
            EXPECT_NEAR(made.picture.ratio_height, ratio_pad[0][0].get<double>(), 1e-6);
            EXPECT_NEAR(made.picture.ratio_width, ratio_pad[0][1].get<double>(), 1e-6);
            EXPECT_EQ(made.picture.left, ratio_pad[1][0].get<double>());
            EXPECT_EQ(made.picture.top, ratio_pad[1][1].get<double>());
            ASSERT_EQ(made.targets.boxes.size(), 4u);
            const auto& b = made.targets.boxes;
            const auto box = image::xywhn_to_xyxy({b[0], b[1], b[2], b[3]}, {place.rows, place.cols});
            test::expect_near({box.begin(), box.end()}, golden.floats("box" + number), 0.01f);
        }
    }
}

}  // namespace
}  // namespace yolo

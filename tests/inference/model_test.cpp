// SPDX-License-Identifier: Apache-2.0
/// \file The public Model on an untrained network: pictures in memory, several threads, ranges.
#include <thread>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/model.hpp>
#include <yolo/opencv.hpp>

#include "image/codec.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

cv::Mat noise(int height, int width, std::uint64_t seed) {
    cv::Mat picture(height, width, CV_8UC3);
    cv::RNG(seed).fill(picture, cv::RNG::UNIFORM, 0, 256);
    return picture;
}

PredictOptions small() {
    PredictOptions options;
    options.imgsz = Size{64, 64};
    options.threads = 1;
    return options;
}

TEST(Model, TakesEveryPixelFormat) {
    Model model("yolov8n-cls.yaml");
    const cv::Mat bgr = noise(80, 64, 1);
    const std::vector<float> expected = model.predict(view(bgr), small()).probs;
    ASSERT_EQ(expected.size(), 1000U);

    cv::Mat rgb, bgra, rgba;
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    cv::cvtColor(bgr, bgra, cv::COLOR_BGR2BGRA);
    cv::cvtColor(bgr, rgba, cv::COLOR_BGR2RGBA);
    EXPECT_EQ(model.predict({rgb.data, 80, 64, PixelFormat::rgb, 0}, small()).probs, expected);
    EXPECT_EQ(model.predict(view(bgra), small()).probs, expected);
    EXPECT_EQ(model.predict({rgba.data, 80, 64, PixelFormat::rgba, 0}, small()).probs, expected);

    cv::Mat wide = noise(80, 100, 2);  // rows that are not packed
    bgr.copyTo(wide(cv::Rect(0, 0, 64, 80)));
    EXPECT_EQ(model.predict({wide.data, 80, 64, PixelFormat::bgr, wide.step[0]}, small()).probs, expected);
}

TEST(Model, GreyIsThreeEqualChannels) {
    Model model("yolov8n-cls.yaml");
    cv::Mat grey = noise(64, 64, 3), bgr;
    cv::cvtColor(grey, grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(grey, bgr, cv::COLOR_GRAY2BGR);
    EXPECT_EQ(model.predict(view(grey), small()).probs, model.predict(view(bgr), small()).probs);
}

TEST(Model, SeveralPicturesKeepTheirOrder) {
    Model model("yolov8n-cls.yaml");
    const cv::Mat a = noise(64, 64, 4), b = noise(48, 96, 5);
    const std::vector<Result> both = model.predict({view(a), view(b)}, small());
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].orig_shape, (Size{64, 64}));
    EXPECT_EQ(both[1].orig_shape, (Size{48, 96}));
    EXPECT_EQ(both[1].path, "image1.jpg");
    EXPECT_EQ(both[0].probs, model.predict(view(a), small()).probs);
    EXPECT_EQ(both[1].probs, model.predict(view(b), small()).probs);
}

TEST(Model, PicturesInMemoryAreTakenByTheBatch) {
    Model model("yolov8n-cls.yaml");
    std::vector<cv::Mat> pictures;
    std::vector<ImageView> views;
    for (std::uint64_t i = 0; i < 7; ++i) pictures.push_back(noise(40 + 8 * static_cast<int>(i), 64, i));
    for (const cv::Mat& picture : pictures) views.push_back(view(picture));
    PredictOptions options = small();
    for (const int batch : {1, 3, 100}) {
        options.batch = batch;
        const std::vector<Result> results = model.predict(views, options);
        ASSERT_EQ(results.size(), 7U);
        for (std::size_t i = 0; i < results.size(); ++i) {
            EXPECT_EQ(results[i].path, "image" + std::to_string(i) + ".jpg");
            EXPECT_EQ(results[i].orig_shape.height, pictures[i].rows);
            EXPECT_EQ(results[i].probs, model.predict(views[i], small()).probs) << batch << " " << i;
        }
    }
}

TEST(Model, OneModelPerThreadRunsAtTheSameTime) {
    const cv::Mat picture = noise(64, 64, 6);
    Model first("yolov8n-cls.yaml");
    const std::vector<float> expected = first.predict(view(picture), small()).probs;
    std::vector<std::thread> threads;
    std::atomic<int> equal = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            Model own("yolov8n-cls.yaml");
            for (int k = 0; k < 3; ++k)
                equal += own.predict(view(picture), small()).probs == expected ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(equal, 12);
}

TEST(Model, AFolderIsARange) {
    const auto folder = test::scratch_dir();
    for (int i = 0; i < 3; ++i) image::write_image(folder / (std::to_string(i) + ".png"), noise(64, 64, 7));
    Model model("yolov8n-cls.yaml");
    int count = 0;
    for (const Result& result : model.predict(folder.string(), small())) {
        EXPECT_EQ(result.path, (folder / (std::to_string(count) + ".png")).string());
        ++count;
    }
    EXPECT_EQ(count, 3);
    for (const Result& result : model.predict(folder.string(), small())) {
        EXPECT_FALSE(result.image.empty());
        break;  // ends the pipeline in the middle
    }
}

TEST(Model, WrongInputIsAnError) {
    EXPECT_THROW(Model("/no/such/model.pt"), Error);
    Model model("yolov8n-cls.yaml");
    EXPECT_THROW(model.predict("/no/such/picture.jpg", small()), Error);
    EXPECT_THROW(model.predict(ImageView{}, small()), UsageError);
    PredictOptions wrong = small();
    wrong.conf = 2;
    EXPECT_THROW(model.predict("x.jpg", wrong), UsageError);
}

}  // namespace
}  // namespace yolo

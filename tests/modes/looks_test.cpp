// SPDX-License-Identifier: Apache-2.0
/// \file What detections look like to exported files: with_reid and `model:` a file.
#include <map>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>
#include <yolo/model.hpp>

#include "core/files.hpp"
#include "core/threads.hpp"
#include "export_support.hpp"
#include "image/classify_resize.hpp"
#include "inference/appearance.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/step.hpp"
#include "support/message_of.hpp"
#include "support/tiny_detector.hpp"
#include "tasks/result_crop.hpp"

namespace yolo::inference {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
        text.replace(at, from.size(), to);
}

class LooksOfFiles : public ::testing::Test {
  protected:
    void SetUp() override {
#ifndef YOLO_HAS_ONNXRUNTIME
        GTEST_SKIP() << "there is no engine onnxruntime";
#endif
        YOLO_REQUIRE_GOLDEN("model/classify");
        folder_ = test::scratch_dir();
        test::export_golden(test::golden_dir() / "model/classify", folder_, {"format=onnx", "imgsz=64"});
        Result& result = prediction_.result;
        cv::Mat picture(120, 160, CV_8UC3);
        cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
        const auto owner = std::make_shared<cv::Mat>(picture);
        result.image =
            Image(owner, {owner->data, owner->rows, owner->cols, PixelFormat::bgr, owner->step[0]});
        result.orig_shape = {picture.rows, picture.cols};
        result.names = std::make_shared<const std::vector<std::string>>(1, "thing");
        result.boxes = {{10, 10, 60, 100, 0.9F}, {80, 20, 150, 60, 0.8F}, {500, 500, 510, 510, 0.7F}};
    }

    std::vector<std::vector<float>> looks(const std::string& file, const std::string& engine = "") {
        const Tracker tracker({.type = "botsort", .settings = {{"with_reid", true}, {"model", file}}});
        const Session detector(checkpoint::load(test::write_tiny_detector(folder_).string()));
        PredictOptions options;
        options.threads = 1;
        return make_appearance(tracker, detector, options, engine, {})->of(prediction_);
    }

    fs::path exported_detector() {
        fs::create_directories(folder_ / "detect");
        test::export_golden(test::golden_dir() / "model/detect", folder_ / "detect",
                            {"format=onnx", "imgsz=64"});
        return folder_ / "detect/model.onnx";
    }

    /// What the classifier says of a cut-out.
    std::vector<float> probabilities(const cv::Mat& crop) {
        Session classifier(checkpoint::load((folder_ / "model.pt").string()));
        PredictOptions options;
        options.threads = 1;
        options.imgsz = Size{64, 64};
        options = checked_options(options, classifier.info(), {});
        std::vector<sources::Frame> frames(1);
        frames[0].image = crop;
        StepTimes times;
        return predict_step(classifier, engine_request(options, ""), options, frames, times)[0].result.probs;
    }

    static void expect_same(const std::vector<float>& found, const std::vector<float>& wanted) {
        ASSERT_EQ(found.size(), wanted.size());
        for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-4) << i;
    }

    fs::path folder_;
    Prediction prediction_;
};

TEST_F(LooksOfFiles, OfAnExportedClassifierAreItsOutput) {
    const std::vector<cv::Mat> crops = tasks::cut_outs(prediction_.result);
    for (const char* engine : {"", "cpu"}) {  // cpu: for the detector alone
        const auto features = looks((folder_ / "model.onnx").string(), engine);
        ASSERT_EQ(features.size(), 3U);
        expect_same(features[0], probabilities(crops[0]));
        expect_same(features[1], probabilities(crops[1]));
        EXPECT_TRUE(features[2].empty()) << "outside of the picture";
    }
}

TEST_F(LooksOfFiles, OfAForeignFileAreThoseOfTheWholeCutOut) {
    std::string file = read_text(folder_ / "model.onnx");
    for (const auto& [ours, others] :
         std::map<std::string, std::string>{{"task", "mask"}, {"names", "nomes"}, {"imgsz", "sizes"}})
        replace_all(file, ours, others);
    write_file(folder_ / "reid.onnx", file);
    const auto features = looks((folder_ / "reid.onnx").string());
    const std::vector<cv::Mat> crops = tasks::cut_outs(prediction_.result);
    for (std::size_t i = 0; i < 2; ++i)
        expect_same(features[i], probabilities(image::resize_antialiased(crops[i], {64, 64})));
}

TEST_F(LooksOfFiles, OfAnExportedDetectorThereAreNone) {
    YOLO_REQUIRE_GOLDEN("model/detect");
    EXPECT_THAT(test::message_of<UsageError>([&] { looks(exported_detector().string()); }),
                AllOf(HasSubstr("model.onnx"), HasSubstr("task detect"), HasSubstr("shows no features")));
}

TEST_F(LooksOfFiles, AnExportedDetectorIsFollowedByMotionAloneWhichIsSaidOnce) {
    YOLO_REQUIRE_GOLDEN("model/detect");
    Model detector(exported_detector().string());
    TrackOptions options{.tracker = {.type = "botsort"}, .persist = true};
    int said = 0;
    options.predict.conf = 0.001F;
    options.predict.log = [&](LogLevel, std::string_view text) {
        if (text.find("an exported file shows no maps of its layers: only motion counts") !=
            std::string_view::npos)
            ++said;
    };
    const ImageView view = prediction_.result.image.view();
    const auto rows = [&](bool with_reid) {
        options.tracker.settings = {{"with_reid", with_reid}};
        std::vector<std::pair<int, float>> found;
        for (int frame = 0; frame < 3; ++frame) {
            for (const Box& box : detector.track(view, options).boxes)
                found.emplace_back(box.track_id, box.x1);
        }
        return found;
    };
    const auto with = rows(true);
    EXPECT_EQ(said, 1);
    EXPECT_EQ(with, rows(false));
    EXPECT_EQ(said, 1);
    ASSERT_FALSE(with.empty());
    EXPECT_GT(with.front().first, 0);
}

}  // namespace
}  // namespace yolo::inference

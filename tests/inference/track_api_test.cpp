// SPDX-License-Identifier: Apache-2.0
/// \file Model::track.
#include <type_traits>

#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/model.hpp>

#include "image/codec.hpp"
#include "sources/video_writer.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class ModelTrack : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("model/detect");
        model_.emplace((test::golden_dir() / "model/detect/model.pt").string());
        // The network is untrained: its scores are low.
        options_.predict.conf = 0.001F;
        options_.predict.imgsz = Size{160, 160};
        options_.predict.max_det = 2;
        options_.predict.threads = 1;
        options_.tracker = {.type = "bytetrack",
                            .settings = {{"track_high_thresh", 0.001},
                                         {"track_low_thresh", 0.0},
                                         {"new_track_thresh", 0.001},
                                         {"fuse_score", false}}};
        pixels_.create(120, 160, CV_8UC3);
        cv::RNG random(7);
        random.fill(pixels_, cv::RNG::UNIFORM, 0, 255);
        cv::blur(pixels_, pixels_, {9, 9});
    }

    /// Two tracks, numbered from `first` on, whose boxes are those of the detections.
    void expect_numbers(const Result& result, int first) {
        ASSERT_EQ(result.boxes.size(), 2U);
        EXPECT_EQ(result.boxes[0].track_id, first);
        EXPECT_EQ(result.boxes[1].track_id, first + 1);
    }

    ImageView view() const { return {pixels_.data, pixels_.rows, pixels_.cols}; }

    std::optional<Model> model_;
    TrackOptions options_;
    cv::Mat pixels_;
};

TEST_F(ModelTrack, NumbersTheObjectsOfASource) {
    const auto folder = test::scratch_dir();
    for (const char* name : {"1.png", "2.png", "3.png"}) image::write_image(folder / name, pixels_);
    int frames = 0;
    for (const Result& result : model_->track(folder.string(), options_)) {
        expect_numbers(result, 1);
        ++frames;
    }
    EXPECT_EQ(frames, 3);
    for (const Result& result : model_->track(folder.string(), options_)) expect_numbers(result, 1);
    EXPECT_EQ(model_->predict(view(), options_.predict).boxes.at(0).track_id, -1);
}

TEST_F(ModelTrack, ResultsHaveTheTimesOfTheVideo) {
    const auto folder = test::scratch_dir();
    auto writer = sources::create_video(folder / "film", 10, {120, 160});
    for (int i = 0; i < 4; ++i) writer->write(pixels_);
    writer->close();
    options_.predict.vid_stride = 2;
    std::vector<double> seconds;
    for (const Result& result : model_->track((folder / "film.avi").string(), options_)) {
        seconds.push_back(result.seconds);
        EXPECT_EQ(result.frame, static_cast<int>(seconds.size()));
    }
    ASSERT_EQ(seconds.size(), 2U);
    EXPECT_NEAR(seconds[1] - seconds[0], 0.2, 1e-9);
}

TEST_F(ModelTrack, TakesThePictureOfAResult) {
    const Result found = model_->predict(view(), options_.predict);
    expect_numbers(model_->track(found.image, options_), 1);
    EXPECT_EQ(model_->predict(found.image, options_.predict).boxes.size(), 2U);
    static_assert(!std::is_convertible_v<Image, ImageView>, "a view of what is gone");
}

TEST_F(ModelTrack, PersistGoesOnFromFrameToFrame) {
    options_.persist = true;
    expect_numbers(model_->track(view(), options_), 1);
    const cv::Mat kept = pixels_.clone();
    pixels_.setTo(0);
    options_.predict.conf = 1;
    EXPECT_TRUE(model_->track(view(), options_).boxes.empty()) << "a frame without objects";
    options_.predict.conf = 0.001F;
    kept.copyTo(pixels_);
    expect_numbers(model_->track(view(), options_), 1);
    options_.tracker.settings.emplace_back("track_buffer", std::int64_t{5});
    expect_numbers(model_->track(view(), options_), 1);  // another tracker begins anew
    options_.persist = false;
    expect_numbers(model_->track(view(), options_), 1);
}

TEST_F(ModelTrack, WhatATrackerCannotHaveIsSaidOnceNotWithEachFrame) {
    int said = 0;
    options_.persist = true;
    options_.predict.augment = true;  // it shows no maps
    options_.predict.log = [&](LogLevel, std::string_view text) {
        if (text.find("only motion counts") != std::string_view::npos) ++said;
    };
    options_.tracker.settings.emplace_back("with_reid", true);
    options_.tracker.type = "botsort";
    for (int i = 0; i < 3; ++i) model_->track(view(), options_);
    EXPECT_EQ(said, 1);
}

TEST_F(ModelTrack, SaysWhatCannotBeFollowed) {
    options_.predict.embed = {3};
    EXPECT_THAT([&] { model_->track(view(), options_); }, ThrowsMessage<UsageError>(HasSubstr("embed")));
    options_.predict.embed = {};
    options_.tracker.type = "sort";
    EXPECT_THROW(model_->track(view(), options_), UsageError);
}

}  // namespace
}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
/// \file An exported file from its name to what is found in a picture, with the smallest format and engine
/// there can be.
#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/step.hpp"
#include "support/message_of.hpp"
#include "support/stub_model.hpp"

namespace yolo::inference {
namespace {

using test::stub_engines;
using test::stub_formats;
using testing::AllOf;
using testing::HasSubstr;

class Exported : public testing::Test {
  protected:
    Exported() { std::filesystem::create_directories(folder_); }
    ~Exported() override { std::filesystem::remove_all(folder_); }

    OpenedModel opened(const engines::Metadata& metadata, std::optional<Task> task = std::nullopt) {
        test::write_stub(folder_ / "best.stub", metadata);
        const engines::ExportedFormats formats = stub_formats();
        return open_model((folder_ / "best.stub").string(), {}, {.task = task, .formats = formats});
    }

    /// Pictures of several sizes, each with a white rectangle, through a step; expects the rectangles.
    void expect_rectangles(const engines::Metadata& metadata, PredictOptions options = {}) {
        const std::vector<std::string> names = {"bag", "it's"};
        Session session(opened(metadata), "", stub_engines());
        EXPECT_EQ(*session.info().names, names);
        options.threads = 1;
        options = checked_options(options, session, "", {});
        std::vector<sources::Frame> frames;
        for (int i = 0; i < 3; ++i) {
            sources::Frame frame;
            frame.image = cv::Mat(128, i == 1 ? 192 : 256, CV_8UC3, cv::Scalar::all(20));
            cv::rectangle(frame.image, rectangle(i), cv::Scalar::all(255), cv::FILLED);
            frames.push_back(frame);
        }
        StepTimes times;
        const std::vector<Prediction> found =
            predict_step(session, engine_request(options, ""), options, frames, times);
        ASSERT_EQ(found.size(), 3U);
        for (int i = 0; i < 3; ++i) {
            const Result& result = found[static_cast<std::size_t>(i)].result;
            ASSERT_EQ(result.boxes.size(), 1U) << i;
            const cv::Rect expected = rectangle(i);
            const auto& box = result.boxes[0];
            EXPECT_NEAR(box.x1, expected.x, 4);
            EXPECT_NEAR(box.y1, expected.y, 4);
            EXPECT_NEAR(box.x2, expected.x + expected.width, 4);
            EXPECT_NEAR(box.y2, expected.y + expected.height, 4);
            EXPECT_EQ(result.names->at(1), "it's");
        }
        input_ = times.input;
        runs_ = session.engine(engine_request(options, "")).report(0, 0).text("runs");
    }

    static cv::Rect rectangle(int i) { return {16 + 16 * i, 32, 64, 48}; }

    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("exported" + std::to_string(::getpid()));
    Shape input_;
    std::string runs_;
};

engines::Metadata usual() {
    return {
        {"task", "detect"}, {"names", R"({0: 'bag', 1: "it's"})"}, {"stride", "32"}, {"imgsz", "[64, 96]"}};
}

engines::Metadata with(engines::Metadata metadata, const char* key, const char* value) {
    metadata[key] = value;
    return metadata;
}

TEST_F(Exported, FixedSizeInBothForms) {
    expect_rectangles(usual());
    EXPECT_EQ(input_, (Shape{3, 3, 64, 96}));
    expect_rectangles(with(usual(), "args", "{'nms': True}"));
    expect_rectangles(with(usual(), "layout", "nhwc"));
}

TEST_F(Exported, FixedBatchSmallerThanAsked) {
    expect_rectangles(with(usual(), "batch", "2"));
    EXPECT_EQ(runs_, "2");
    expect_rectangles(with(with(usual(), "batch", "2"), "args", "{'nms': True}"));
}

TEST_F(Exported, FreeSizeIsWhatWasAsked) {
    PredictOptions options;
    options.imgsz = Size{128, 256};
    expect_rectangles(with(usual(), "args", "{'dynamic': True}"), options);
    EXPECT_EQ(input_, (Shape{3, 3, 128, 256}));
}

TEST_F(Exported, AnotherSizeThanTheFilesIsSaid) {
    Session session(opened(usual()), "", stub_engines());
    std::vector<std::string> lines;
    const LogSink log = [&](LogLevel, std::string_view line) { lines.emplace_back(line); };
    PredictOptions options;
    EXPECT_EQ(*checked_options(options, session, "", log).imgsz, (Size{64, 96}));
    EXPECT_THAT(lines, testing::IsEmpty());
    options.imgsz = Size{320, 320};
    options.augment = true;
    const PredictOptions checked = checked_options(options, session, "", log);
    EXPECT_EQ(*checked.imgsz, (Size{64, 96}));
    EXPECT_FALSE(checked.augment);
    EXPECT_THAT(lines,
                testing::ElementsAre("imgsz=[320, 320] has no effect: the model was exported for [64, 96]",
                                     HasSubstr("augment=True has no effect here")));
}

TEST_F(Exported, FileThatSaysNothing) {
    EXPECT_THAT(test::message_of<UsageError>([&] { opened({}); }), HasSubstr("write task="));
    Session session(opened({{"classes", "3"}, {"imgsz", "64"}}, Task::detect), "", stub_engines());
    EXPECT_EQ(*session.info().names, (std::vector<std::string>{"class0", "class1", "class2"}));
}

TEST_F(Exported, HasNoWeights) {
    Session session(opened(usual()), "", stub_engines());
    EXPECT_FALSE(session.model().checkpoint);
    EXPECT_EQ(session.model().metadata.at("stride"), "32");
    EXPECT_THAT(test::message_of<UsageError>([&] { session.model().weights_for("train"); }),
                AllOf(HasSubstr("train needs a model's weights"), HasSubstr("best.stub"), HasSubstr(".pt")));
    PredictOptions options;
    options.embed = {3};
    EXPECT_THAT(test::message_of<UsageError>([&] { checked_options(options, session, "", {}); }),
                HasSubstr("embed needs a model's weights"));
    EXPECT_THAT(test::message_of<UsageError>([&] { session.engine({.engine = "cpu"}); }),
                AllOf(HasSubstr("engine=cpu does not run a file of the format stub"), HasSubstr("stub")));
}

TEST_F(Exported, IsFoundLikeACheckpoint) {
    const engines::ExportedFormats formats = stub_formats();
    Settings settings;
    settings.weights_dir = folder_;
    test::write_stub(folder_ / "mine.stub", usual());
    EXPECT_EQ(open_model("mine.stub", settings, {.formats = formats}).file->path, folder_ / "mine.stub");
    EXPECT_THAT(test::message_of<Error>([&] { open_model("other.stub", settings, {.formats = formats}); }),
                HasSubstr("other.stub"));
    std::filesystem::create_directory(folder_ / "folder.stub");
    EXPECT_THAT(test::message_of<Error>([&] { open_model("folder.stub", settings, {.formats = formats}); }),
                HasSubstr("is a folder"));
}

}  // namespace
}  // namespace yolo::inference

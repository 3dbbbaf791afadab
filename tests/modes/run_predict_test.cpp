// SPDX-License-Identifier: Apache-2.0
/// \file `yolo predict` as a whole, from a Config to files on disk.
#include <csignal>
#include <sstream>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <sys/resource.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "sources/video_writer.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Runs predict with the first golden detection model, keeping what it logs.
class RunPredict : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("model/detect");
        folder_ = test::scratch_dir();
        fs::create_directories(folder_ / "in");
        set("model", (test::golden_dir() / "model/detect/model.pt").string());
        set("source", (folder_ / "in").string());
        set("project", (folder_ / "runs").string());
        config_.set("imgsz", Value{std::int64_t{160}});
        config_.set("conf", Value{0.001});
    }

    void set(const char* key, const std::string& value) { config_.set(key, Value{value}); }
    void turn_on(const char* key) { config_.set(key, Value{true}); }

    void add_picture(const std::string& name, int width = 160) {
        cv::Mat picture(120, width, CV_8UC3);
        cv::randu(picture, 0, 255);
        image::write_image(folder_ / "in" / name, picture);
    }

    int run() {
        context_.log = [this](LogLevel, std::string_view text) { lines_.emplace_back(text); };
        return run_predict(config_, context_);
    }

    std::vector<std::string> files(const std::string& below) const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder_ / "runs" / below)) {
            const std::string name = entry.path().filename();
            if (!name.starts_with('.')) names.push_back(name);
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    fs::path folder_;
    Config config_;
    CommandContext context_;
    std::vector<std::string> lines_;
};

TEST_F(RunPredict, TheLogIsCalledByOneThreadAtATime) {
    for (int i = 0; i < 8; ++i) {
        add_picture(fmt::format("{}.jpg", i));
        write_file(folder_ / "in" / fmt::format("{} bad.jpg", i), std::string_view("text"));
    }
    std::atomic<int> inside{0}, together{0};
    context_.log = [&](LogLevel, std::string_view) {
        if (++inside > 1) ++together;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // the source is ahead and warns meanwhile
        --inside;
    };
    EXPECT_EQ(run_predict(config_, context_), 8);
    EXPECT_EQ(together, 0);
}

TEST_F(RunPredict, WritesWhatWasAskedFor) {
    add_picture("a.jpg");
    add_picture("a.png");
    add_picture("b.jpg");
    turn_on("save_txt");
    turn_on("save_conf");
    turn_on("save_crop");
    turn_on("save_json");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(files("predict"), (std::vector<std::string>{"a-2.jpg", "a.jpg", "b.jpg", "crops", "labels",
                                                          "predictions.jsonl"}));
    EXPECT_EQ(files("predict/labels"), (std::vector<std::string>{"a-2.txt", "a.txt", "b.txt"}));
    EXPECT_THAT(lines_, Contains(HasSubstr("image 1/3 ")));
    EXPECT_THAT(lines_, Contains(::testing::StartsWith("Speed: ")));
    EXPECT_THAT(lines_, Contains("3 labels saved to " + (folder_ / "runs/predict/labels").string()));

    std::istringstream json(read_text(folder_ / "runs/predict/predictions.jsonl"));
    std::string line;
    int count = 0;
    while (std::getline(json, line)) {
        const auto row = nlohmann::json::parse(line);
        EXPECT_EQ(row.at("shape"), (std::vector<int>{120, 160}));
        EXPECT_FALSE(row.at("detections").empty());
        ++count;
    }
    EXPECT_EQ(count, 3);
    std::istringstream label(read_text(folder_ / "runs/predict/labels/a.txt"));
    std::getline(label, line);
    EXPECT_EQ(std::count(line.begin(), line.end(), ' '), 5) << "class, box and confidence: " << line;
}

TEST_F(RunPredict, ASecondRunTakesTheNextFolder) {
    add_picture("a.jpg");
    run();
    run();
    turn_on("exist_ok");
    run();
    EXPECT_EQ(files(""), (std::vector<std::string>{"predict", "predict-2"}));
}

TEST_F(RunPredict, SaveFalseWritesNothing) {
    add_picture("a.jpg");
    config_.set("save", Value{false});
    run();
    EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

TEST_F(RunPredict, UnreadablePicturesAreSkippedAndCounted) {
    add_picture("good.jpg");
    add_picture("cut.jpg");
    const std::string whole = read_text(folder_ / "in/cut.jpg");
    write_file(folder_ / "in/cut.jpg", whole.substr(0, whole.size() / 2));
    write_file(folder_ / "in/empty.png", std::string_view(""));
    write_file(folder_ / "in/text.jpg", std::string_view("not a picture"));
    EXPECT_EQ(run(), 3);
    for (const char* name : {"cut.jpg", "empty.png", "text.jpg"})
        EXPECT_THAT(lines_, Contains(HasSubstr(name)));
    EXPECT_THAT(lines_, Contains("3 files could not be read and were skipped"));
    EXPECT_EQ(files("predict"), std::vector<std::string>{"good.jpg"});
}

TEST_F(RunPredict, NothingReadableIsAnError) {
    write_file(folder_ / "in/text.jpg", std::string_view("not a picture"));
    EXPECT_THAT([this] { run(); }, ThrowsMessage<Error>(HasSubstr("nothing was predicted")));
}

TEST_F(RunPredict, BadPathsAreNamed) {
    set("source", "/no/such/picture.jpg");
    EXPECT_THAT([this] { run(); }, ThrowsMessage<Error>(HasSubstr("/no/such/picture.jpg")));
    set("model", "/no/such/model.pt");
    EXPECT_THAT([this] { run(); }, ThrowsMessage<Error>(HasSubstr("/no/such/model.pt")));
}

TEST_F(RunPredict, AnUnwritableFolderIsAnErrorBeforeAnythingRuns) {
    add_picture("a.jpg");
    set("project", "/proc/nowhere");
    EXPECT_THAT([this] { run(); }, ThrowsMessage<Error>(HasSubstr("/proc/nowhere")));
    EXPECT_THAT(lines_, ::testing::Not(Contains(HasSubstr("image 1/1"))));
}

TEST_F(RunPredict, AFullDiskIsOneSentenceAndLeavesNoHalfFile) {
    add_picture("a.jpg", 640);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small = {2000, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_THAT([this] { run(); }, ThrowsMessage<Error>(HasSubstr("cannot write")));
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_TRUE(files("predict").empty());
}

TEST_F(RunPredict, EmbeddingsGoToTheJsonFile) {
    add_picture("a.jpg");
    config_.set("embed", Value{ValueList{Value{std::int64_t{21}}, Value{std::int64_t{15}}}});
    turn_on("save_json");
    run();
    const auto row = nlohmann::json::parse(read_text(folder_ / "runs/predict/predictions.jsonl"));
    EXPECT_EQ(row.at("embedding").size(), 320U);
    EXPECT_THAT(lines_, ::testing::Not(Contains(HasSubstr("image 1/1"))));
}

#ifdef YOLO_HAS_TORCH
TEST_F(RunPredict, ActivationMapsHaveTheSizeOfTheNetworksInput) {
    add_picture("a.jpg");
    add_picture("b.png", 100);
    turn_on("visualize");
    turn_on("exist_ok");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(files("predict"), (std::vector<std::string>{"a.jpg", "a_cam.jpg", "b.jpg", "b_cam.jpg"}));
    const cv::Mat map = image::read_image(folder_ / "runs/predict/a_cam.jpg");
    EXPECT_EQ(map.size(), cv::Size(160, 128));  // letterboxed
    run();
    EXPECT_THAT(files("predict"), Contains("a_cam-2.jpg"));
}

TEST_F(RunPredict, ActivationMapsAndTestTimeAugmentationExcludeEachOther) {
    add_picture("a.jpg");
    turn_on("visualize");
    turn_on("augment");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(files("predict"), std::vector<std::string>{"a.jpg"});
    EXPECT_THAT(lines_, Contains("visualize=True has no effect with augment=True"));
}
#endif

TEST_F(RunPredict, AProfileHasEachLayerOfEachRunAndItsTableAddsUp) {
    for (int i = 0; i < 3; ++i) add_picture(fmt::format("{}.jpg", i));
    add_picture("wide.jpg", 320);
    turn_on("profile");
    config_.set("save", Value{false});
    config_.set("batch", Value{std::int64_t{2}});
    config_.set("imgsz", Value{ValueList{std::int64_t{96}, std::int64_t{160}}});
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(files("predict"), (std::vector<std::string>{"model_trace.json"}));
    const auto trace = nlohmann::json::parse(read_text(folder_ / "runs/predict/model_trace.json"));
    int runs = 0, inputs = 0;
    double whole = 0, layers = 0, warm_ups = 0;
    for (const auto& event : trace.at("traceEvents")) {
        if (event["ph"] != "X") continue;
        const bool is_run = event["cat"] == "run";
        runs += is_run ? 1 : 0;
        warm_ups += is_run && event["args"]["warm_up"] == true ? 1 : 0;
        inputs += event["name"] == "input" ? 1 : 0;
        (is_run ? whole : layers) += event["dur"].get<double>();
    }
    EXPECT_GE(runs - warm_ups, 4);
    EXPECT_EQ(inputs, runs);
    EXPECT_NEAR(layers, whole, runs * 0.1) << "microseconds, rounded to thousandths";
    EXPECT_THAT(lines_, Contains(HasSubstr("of peak")));
    EXPECT_THAT(lines_, Contains(AllOf(HasSubstr(" 100.0 %"), HasSubstr("all "))));
}

TEST_F(RunPredict, OnlyTheEngineCpuIsProfiled) {
    add_picture("a.jpg");
    turn_on("profile");
    set("engine", "reference");
    EXPECT_THAT([&] { run(); }, ThrowsMessage<UsageError>(HasSubstr("layers of the engine cpu alone")));
    EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

TEST_F(RunPredict, CancellingKeepsWhatWasWritten) {
    for (int i = 0; i < 8; ++i) add_picture(fmt::format("{}.jpg", i));
    std::atomic<int> told{0};
    context_.log = [&](LogLevel, std::string_view text) { told += text.starts_with("image ") ? 1 : 0; };
    context_.cancelled = [&] { return told >= 2; };
    EXPECT_EQ(run_predict(config_, context_), 0);
    EXPECT_EQ(files("predict").size(), 2U);
}

TEST_F(RunPredict, ADamagedFrameOfAVideoIsSkippedAndCounted) {
    auto writer = sources::create_video(folder_ / "in" / "film", 25, {64, 64});
    for (int i = 0; i < 6; ++i) writer->write(cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(40 * i)));
    writer->close();
    const fs::path path = folder_ / "in" / "film.avi";
    std::string bytes = read_text(path);
    std::size_t at = bytes.find("movi");
    for (int frame = 0; frame < 3; ++frame) at = bytes.find("00dc", at + 4);
    bytes.replace(at + 8, 600, 600, 'x');
    write_file(path, bytes);
    turn_on("save_txt");
    EXPECT_EQ(run(), 1);
    EXPECT_THAT(lines_, Contains(HasSubstr("1 of the 6 frames of the video")));
    EXPECT_THAT(lines_, Contains("1 frame of a video is damaged and was skipped"));
    EXPECT_THAT(lines_, Contains(HasSubstr("(frame 6/6)")));
    EXPECT_THAT(lines_, ::testing::Not(Contains(HasSubstr("(frame 3/6)"))));
}

TEST_F(RunPredict, AGpuIsRefused) {
    add_picture("a.jpg");
    config_.set("device", Value{std::int64_t{0}});
    EXPECT_THAT([this] { run(); }, ThrowsMessage<UsageError>(HasSubstr("device=0")));
}

}  // namespace
}  // namespace yolo

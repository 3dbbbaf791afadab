// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track` as a whole, from a Config to files on disk.
#include <set>
#include <sstream>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "metrics/mot_file.hpp"
#include "sources/video_writer.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

/// Runs track over a still picture made a film: what is found is found in each frame.
class RunTrack : public ::testing::Test {
  protected:
    static constexpr int frames = 4;

    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("model/detect");
        folder_ = test::scratch_dir();
        fs::create_directories(folder_ / "in");
        config_.set_mode(Mode::track);
        set("model", (test::golden_dir() / "model/detect/model.pt").string());
        set("source", (folder_ / "in").string());
        set("save_dir", (folder_ / "run").string());
        set("tracker", "bytetrack.yaml");
        config_.set("imgsz", Value{std::int64_t{160}});
        config_.set("max_det", Value{std::int64_t{3}});
        config_.set("conf", Value{0.001});
        config_.set("save", Value{false});
        // The network is untrained: its scores are low.
        write_file(folder_ / "low.yaml",
                   std::string_view("tracker_type: bytetrack\ntrack_high_thresh: 0.001\n"
                                    "track_low_thresh: 0\nnew_track_thresh: 0.001\n"
                                    "fuse_score: False\n"));
        set("tracker", (folder_ / "low.yaml").string());
    }

    void set(const char* key, const std::string& value) { config_.set(key, Value{value}); }
    void turn_on(const char* key) { config_.set(key, Value{true}); }

    static cv::Mat picture() {
        cv::Mat pixels(120, 160, CV_8UC3);
        cv::RNG random(7);
        random.fill(pixels, cv::RNG::UNIFORM, 0, 255);
        cv::blur(pixels, pixels, {9, 9});
        return pixels;
    }

    /// `pixels`: that what is in it goes to the right with each frame.
    void add_video(const std::string& stem, int pixels = 0) const {
        auto writer = sources::create_video(folder_ / "in" / stem, 25, {120, 160});
        for (int i = 0; i < frames; ++i) {
            cv::Mat frame;
            cv::copyMakeBorder(picture(), frame, 0, 0, i * pixels, 0, cv::BORDER_REFLECT_101);
            writer->write(frame.colRange(0, 160).clone());
        }
        writer->close();
    }

    void add_pictures() const {
        fs::create_directories(folder_ / "in/SEQ-1/img1");
        for (const char* name : {"000001.png", "000002.png", "000003.png"})
            image::write_image(folder_ / "in/SEQ-1/img1" / name, picture());
    }

    int run() {
        lines_.clear();
        return run_track(
            config_,
            {.log = [this](LogLevel, std::string_view text) { lines_.emplace_back(text); }, .cancelled = {}});
    }

    std::vector<metrics::MotRow> mot(const std::string& name) const {
        return metrics::read_mot(folder_ / "run/mot" / name);  // refuses an id twice in a frame
    }

    fs::path folder_;
    Config config_;
    std::vector<std::string> lines_;
};

TEST_F(RunTrack, EveryFormOfAResultHasTheNumbers) {
    add_video("film");
    turn_on("save_txt");
    turn_on("save_conf");
    turn_on("save_json");
    EXPECT_EQ(run(), 0);
    std::istringstream rows(read_text(folder_ / "run/predictions.jsonl"));
    std::string line;
    for (int frame = 1; std::getline(rows, line); ++frame) {
        const auto row = nlohmann::json::parse(line);
        EXPECT_EQ(row.at("frame"), frame);
        EXPECT_DOUBLE_EQ(row.at("time"), (frame - 1) / 25.0);
        ASSERT_EQ(row.at("detections").size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(row.at("detections")[i].at("track_id"), i + 1);
    }
    for (int frame = 1; frame <= frames; ++frame) {
        std::istringstream label(read_text(folder_ / "run/labels" / fmt::format("film_{}.txt", frame)));
        for (int id = 1; std::getline(label, line); ++id) {
            EXPECT_EQ(std::count(line.begin(), line.end(), ' '), 6) << "class, box, confidence, id: " << line;
            EXPECT_TRUE(line.ends_with(fmt::format(" {}", id))) << line;
        }
    }
}

TEST_F(RunTrack, AnEvaluationSaysHowFarItIsAndThatAllClassesAreJudged) {
    add_pictures();
    fs::create_directories(folder_ / "in/SEQ-1/gt");
    write_file(folder_ / "in/SEQ-1/gt/gt.txt", std::string_view("1,1,10,10,50,50,1\n3,1,10,10,50,50,1\n"));
    write_file(folder_ / "mot.yaml", std::string_view("val: in\n"));
    set("source", "");
    set("data", (folder_ / "mot.yaml").string());
    std::vector<std::string> shown;
    const CommandContext context{
        .log = [this](LogLevel, std::string_view text) { lines_.emplace_back(text); },
        .cancelled = {},
        .progress = [&](std::string_view text) { shown.emplace_back(text); }};
    EXPECT_EQ(run_track(config_, context), 0);
    ASSERT_EQ(shown.size(), 5U) << "its name, each picture, nothing more";
    EXPECT_EQ(shown[0], "SEQ-1");
    EXPECT_THAT(shown[2], AllOf(HasSubstr("SEQ-1:  67% 2/3 "), HasSubstr(" images/s, ")));
    EXPECT_EQ(shown[4], "");
    EXPECT_THAT(lines_, Contains(HasSubstr("of the model are judged")));
    config_.set("classes", ValueList{0});
    lines_.clear();
    EXPECT_EQ(run_track(config_, context), 0);
    EXPECT_THAT(lines_, Not(Contains(HasSubstr("of the model are judged"))));
}

TEST_F(RunTrack, SaveMotWritesAFileForEachVideo) {
    add_video("a");
    add_video("b");
    turn_on("save_mot");
    EXPECT_EQ(run(), 0);
    EXPECT_THAT(lines_, Contains("tracks of 2 sequences saved to " + (folder_ / "run/mot").string()));
    for (const char* name : {"a.txt", "b.txt"}) {
        const std::vector<metrics::MotRow> rows = mot(name);
        ASSERT_EQ(rows.size(), 3U * frames) << name;
        EXPECT_EQ(rows.front().frame, 1);
        EXPECT_EQ(rows.front().id, 1) << "numbers begin anew with each video";
        EXPECT_EQ(rows.back().frame, frames);
        EXPECT_EQ(rows.back().id, 3);
    }
}

TEST_F(RunTrack, ASecondRunNeverAppendsToMotFiles) {
    add_video("a");
    turn_on("save_mot");
    run();
    run();
    EXPECT_EQ(mot("a.txt").size(), 3U * frames);
}

TEST_F(RunTrack, PicturesOfAJudgedSequenceAreTheFramesOfTheirNames) {
    fs::create_directories(folder_ / "in/SEQ-2/img1");
    fs::create_directories(folder_ / "in/SEQ-2/gt");
    for (const char* name : {"2.png", "10.png", "11.png", "10 (copy).png", "cover.png"})
        image::write_image(folder_ / "in/SEQ-2/img1" / name, picture());
    write_file(folder_ / "in/SEQ-2/gt/gt.txt", std::string_view("2,1,0,0,20,20,1\n11,1,0,0,20,20,1\n"));
    write_file(folder_ / "seq.yaml", std::string_view("val: in/SEQ-2\n"));
    set("source", "");
    set("data", (folder_ / "seq.yaml").string());
    config_.set("batch", Value{std::int64_t{2}});
    turn_on("save_mot");
    EXPECT_EQ(run(), 0);
    std::set<std::pair<int, int>> seen;
    for (const metrics::MotRow& row : mot("SEQ-2.txt")) seen.insert({row.frame, row.id});
    EXPECT_THAT(seen, ::testing::IsSupersetOf({std::pair(2, 1), std::pair(10, 1), std::pair(11, 1)}));
    for (const auto& [frame, id] : seen) EXPECT_THAT(frame, ::testing::AnyOf(2, 10, 11));
    EXPECT_THAT(lines_, Contains(::testing::AllOf(
                            HasSubstr("the sequence SEQ-2: img1/ has no picture of 8 frames (1, 3 to 9)"),
                            HasSubstr("'10 (copy).png'"), HasSubstr("'cover.png'"))));
}

TEST_F(RunTrack, PicturesOfASequenceAreOneFileOfItsName) {
    add_pictures();
    write_file(folder_ / "in/SEQ-1/img1/000002.png", std::string_view("not a picture"));
    set("source", (folder_ / "in/SEQ-1/img1").string());
    turn_on("save_mot");
    EXPECT_EQ(run(), 1);
    const std::vector<metrics::MotRow> rows = mot("SEQ-1.txt");
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows.front().frame, 1);
    EXPECT_EQ(rows.back().frame, 3) << "a picture that cannot be read is a frame without tracks";
}

TEST_F(RunTrack, EachFolderIsASequenceOfItsOwn) {
    for (const char* folder : {"a", "b"}) {
        fs::create_directories(folder_ / "in" / folder);
        for (const char* name : {"9.png", "10.png"})
            image::write_image(folder_ / "in" / folder / name, picture());
    }
    set("source", (folder_ / "in/**").string());
    turn_on("save_mot");
    turn_on("save_json");
    run();
    for (const char* name : {"a.txt", "b.txt"}) {
        const auto rows = mot(name);
        ASSERT_EQ(rows.size(), 6U) << name;
        EXPECT_EQ(rows.front().id, 1) << name;
        EXPECT_EQ(rows.front().frame, 1) << name;
        EXPECT_EQ(rows.back().frame, 2) << name;
    }
    std::istringstream lines(read_text(folder_ / "run/predictions.jsonl"));
    std::vector<std::string> order;
    for (std::string line; std::getline(lines, line);)
        order.push_back(fs::path(nlohmann::json::parse(line).at("path")).filename());
    EXPECT_THAT(order, ::testing::ElementsAre("9.png", "10.png", "9.png", "10.png"));
}

TEST_F(RunTrack, AForeignFolderIsLeftAlone) {
    add_video("a");
    turn_on("save_mot");
    fs::create_directories(folder_ / "run/mot");
    write_file(folder_ / "run/mot/a.txt", std::string_view("somebody's"));
    EXPECT_THROW(run(), Error);
    EXPECT_EQ(read_text(folder_ / "run/mot/a.txt"), "somebody's");
}

/// The annotated pictures of a moving object differ by the line behind it.
TEST_F(RunTrack, TrailsAreDrawnWhenAskedFor) {
    add_video("a", 2);
    config_.set("save", Value{true});
    config_.set("show_labels", Value{false});  // they lie over trails, and over most of so small a picture
    turn_on("save_frames");
    run();
    const cv::Mat without = image::read_image(folder_ / "run/a_frames/a_4.jpg");
    turn_on("show_trails");
    EXPECT_EQ(run(), 0);
    const cv::Mat with = image::read_image(folder_ / "run/a_frames/a_4.jpg");
    EXPECT_EQ(with.size(), without.size());
    EXPECT_GT(cv::norm(with, without, cv::NORM_INF), 60);
}

TEST_F(RunTrack, CountsAreInEveryForm) {
    add_video("a");
    add_video("b");
    write_file(folder_ / "regions.yaml",
               std::string_view("regions:\n"
                                "  - {name: all, points: [[0, 0], [1, 0], [1, 1.0], [0, 1]]}\n"
                                "  - {name: far, points: [[0, 900], [9, 900]]}\n"));
    set("region", (folder_ / "regions.yaml").string());
    turn_on("save_json");
    EXPECT_EQ(run(), 0);
    std::istringstream rows(read_text(folder_ / "run/predictions.jsonl"));
    std::string line;
    nlohmann::json last;
    while (std::getline(rows, line)) last = nlohmann::json::parse(line);
    EXPECT_EQ(last.at("regions")[0].at("inside"), 3);
    EXPECT_EQ(last.at("regions")[0].at("visitors")[0].at("track_id"), 1);
    EXPECT_NEAR(last.at("regions")[0].at("visitors")[0].at("seconds").get<double>(), (frames - 1) / 25.0,
                1e-9);
    EXPECT_THAT(lines_, Contains(HasSubstr("b, all: 3 inside, 0 in, 0 out (")));
    EXPECT_THAT(lines_, Contains(HasSubstr("region 'far' lies outside of the picture of 160x120 pixels")));
    EXPECT_THAT(lines_, Contains("counts saved to " + (folder_ / "run/counts.json").string()));
    const auto counts = nlohmann::json::parse(read_text(folder_ / "run/counts.json"));
    EXPECT_EQ(counts.at("a")[0].at("visits"), 3) << "each video counts for itself";
    EXPECT_EQ(counts.at("b")[0].at("visits"), 3);
    EXPECT_THAT(read_text(folder_ / "run/counts.csv"), HasSubstr("a,all,area,all,0,0,3,3,0.120,0.120\n"));
}

TEST_F(RunTrack, RegionsAreDrawn) {
    add_video("a");
    config_.set("save", Value{true});
    turn_on("save_frames");
    run();
    const cv::Mat without = image::read_image(folder_ / "run/a_frames/a_4.jpg");
    config_.set("region", parse_value("0,60,160,60"));
    EXPECT_EQ(run(), 0);
    const cv::Mat with = image::read_image(folder_ / "run/a_frames/a_4.jpg");
    EXPECT_GT(cv::norm(with.row(60), without.row(60), cv::NORM_INF), 60);
    EXPECT_LT(cv::norm(with.row(115), without.row(115), cv::NORM_INF), 60);
}

TEST_F(RunTrack, TheClosingLinesNameEachStageAndCountTracks) {
    add_video("a");
    add_video("b");
    set("region", "0,60,160,60");
    write_file(folder_ / "looks.yaml", read_text(folder_ / "low.yaml") + "with_reid: True\n");
    std::string text = read_text(folder_ / "looks.yaml");
    text.replace(text.find("bytetrack"), 9, "botsort");
    write_file(folder_ / "looks.yaml", text);
    set("tracker", (folder_ / "looks.yaml").string());
    EXPECT_EQ(run(), 0);
    EXPECT_THAT(lines_, Contains(::testing::ContainsRegex(
                            "Stages: .* NMS, .*ms looks, .*ms tracking, .*ms counting, .*ms drawing")));
    EXPECT_THAT(lines_, Contains("6 tracks in 8 frames")) << "each video has three";
}

TEST_F(RunTrack, AnEndByTheUserIsSaid) {
    add_video("a");
    bool ended = false;
    const auto log = [&](LogLevel, std::string_view text) {
        lines_.emplace_back(text);
        ended = ended || text.find("(frame 2/4)") != std::string_view::npos;
    };
    EXPECT_EQ(run_track(config_, {.log = log, .cancelled = [&] { return ended; }}), 0);
    EXPECT_THAT(lines_, Contains(HasSubstr("stopped after video 1/1 (frame 2/4)")));
    run();
    EXPECT_THAT(lines_, ::testing::Not(Contains(HasSubstr("stopped"))));
}

TEST_F(RunTrack, WhatIsWrongIsSaidBeforeThereIsAFolder) {
    add_video("a");
    config_.set("save", Value{true});
    set("region", "0,9,99");
    EXPECT_THROW(run(), UsageError);
    set("region", (folder_ / "nowhere.yaml").string());
    EXPECT_THROW(run(), Error);
    config_.set("region", Value{});
    set("serve", "localhost:none");
    EXPECT_THROW(run(), UsageError);
    set("serve", "1.2.3.4:80");
    set("serve_token", "verysecret");
    EXPECT_THROW(run(), Error) << "not an address of this machine";
    config_.set("serve", Value{});
    config_.set("serve_token", Value{});
    set("engine", "onnxruntime");
    EXPECT_THROW(run(), UsageError) << "the model is a checkpoint";
    EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(RunTrack, AStrideOfPicturesIsSaidToBeNone) {
    add_pictures();
    set("source", (folder_ / "in/SEQ-1/img1").string());
    config_.set("vid_stride", Value{std::int64_t{3}});
    run();
    EXPECT_THAT(lines_, Contains(HasSubstr("vid_stride=3 has no effect on pictures")));
    add_video("a");
    set("source", (folder_ / "in").string());
    run();
    EXPECT_THAT(lines_, ::testing::Not(Contains(HasSubstr("vid_stride"))));
}

TEST_F(RunTrack, VectorsCannotBeFollowed) {
    add_video("a");
    config_.set("embed", Value{ValueList{Value{std::int64_t{3}}}});
    EXPECT_THAT([this] { run(); }, ThrowsMessage<UsageError>(HasSubstr("embed=")));
}

}  // namespace
}  // namespace yolo

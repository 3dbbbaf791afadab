// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track` without a model: on detections, and against ground truth.
#include <algorithm>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "metrics/mot_file.hpp"
#include "modes/tracking/score_table.hpp"
#include "modes/tracking/sequences.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

constexpr const char* golden_names[] = {"TUD-Campus", "ETH-Sunnyday", "KITTI-17"};

/// The golden detections in MOTChallenge's layout, with the golden tracks of ByteTrack as ground truth.
class TrackForms : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("mot");
        folder_ = test::scratch_dir();
        for (const char* name : golden_names) {
            for (const auto& [part, file] : {std::pair{"det", "det"}, {"gt", "bytetrack"}}) {
                fs::create_directories(folder_ / "all" / name / part);
                fs::copy_file(test::golden_dir() / "mot" / fmt::format("{}.{}.txt", name, file),
                              folder_ / "all" / name / part / fmt::format("{}.txt", part));
            }
        }
        write_file(folder_ / "mot.yaml",
                   std::string_view("val: all\ntrain: [all/KITTI-17, all/TUD-Campus]\n"));
        config_.set_mode(Mode::track);
        set("save_dir", (folder_ / "run").string());
        set("tracker", "bytetrack.yaml");
        config_.set("save_mot", Value{true});
    }

    void set(const char* key, const std::string& value) { config_.set(key, Value{value}); }

    void run() {
        run_track(config_, {.log = [this](LogLevel, std::string_view text) { lines_.emplace_back(text); },
                            .cancelled = {}});
    }

    nlohmann::json metrics() const { return nlohmann::json::parse(read_text(folder_ / "run/metrics.json")); }

    fs::path folder_;
    Config config_;
    std::vector<std::string> lines_;
};

TEST_F(TrackForms, DetectionsAloneGiveTheGoldenTracks) {
    for (const char* name : golden_names) {
        set("detections", (folder_ / "all" / name / "det/det.txt").string());
        run();
        const auto found = metrics::read_mot(folder_ / "run/mot" / fmt::format("{}.txt", name));
        const auto wanted = metrics::read_mot(folder_ / "all" / name / "gt/gt.txt");
        ASSERT_EQ(found.size(), wanted.size()) << name;
    }
}

TEST_F(TrackForms, TheTracksThemselvesScoreFull) {
    set("data", (folder_ / "mot.yaml").string());
    run();
    const nlohmann::json all = metrics().at("all");
    for (const char* figure : {"HOTA", "DetA", "AssA", "MOTA", "IDF1"})
        EXPECT_GT(all.at(figure), 0.999) << figure;
    EXPECT_EQ(all.at("switches"), 0);
    EXPECT_EQ(metrics().at("sequences").size(), 3U);
    EXPECT_EQ(lines_.size(), 6U) << "header, three sequences, all, where it is saved";
    for (const char* name : golden_names)
        EXPECT_TRUE(fs::exists(folder_ / "run/mot" / fmt::format("{}.txt", name)));
}

TEST_F(TrackForms, ATrackerIsJudgedAgainstRealGroundTruth) {
    fs::copy_file(test::golden_dir() / "mot/TUD-Campus.gt.txt", folder_ / "all/TUD-Campus/gt/gt.txt",
                  fs::copy_options::overwrite_existing);
    const auto expected = nlohmann::json::parse(read_text(test::golden_dir() / "mot/expected.json"))
                              .at("sequences")
                              .at("TUD-Campus");
    write_file(folder_ / "one.yaml", std::string_view("val: all/TUD-Campus\n"));
    set("data", (folder_ / "one.yaml").string());
    for (const char* tracker : {"bytetrack", "tracktrack"}) {
        set("tracker", fmt::format("{}.yaml", tracker));
        run();
        const nlohmann::json figures = metrics().at("sequences").at("TUD-Campus");
        EXPECT_NEAR(figures.at("MOTA"), expected.at(tracker).at("mota"), 1e-6) << tracker;
        EXPECT_NEAR(figures.at("IDF1"), expected.at(tracker).at("idf1"), 1e-6) << tracker;
        EXPECT_EQ(figures.at("switches"), expected.at(tracker).at("num_switches")) << tracker;
    }
}

/// Two boxes that stand still through ten frames, in a sequence of their own.
class OwnSequence : public TrackForms {
  protected:
    void SetUp() override {
        folder_ = test::scratch_dir();
        config_.set_mode(Mode::track);
        set("save_dir", (folder_ / "run").string());
        set("tracker", "bytetrack.yaml");
        config_.set("save_mot", Value{true});
        write("det/det.txt", rows("-1", "0.9,-1,-1,-1"));
        write("gt/gt.txt", rows("7", "1,-1,-1,-1"));
    }

    static std::string rows(std::string_view id, std::string_view end, int frames = 10) {
        std::string text;
        for (int frame = 1; frame <= frames; ++frame)
            text += fmt::format("{},{},100,50,40,80,{}\n", frame, id, end);
        return text;
    }

    void write(const std::string& file, const std::string& text) {
        fs::create_directories((folder_ / name_ / file).parent_path());
        write_file(folder_ / name_ / file, std::string_view(text));
    }

    /// The lines of a judged run.
    std::vector<std::string> judge() {
        write_file(folder_ / "own.yaml", std::string_view("val: " + name_ + "\n"));
        set("data", (folder_ / "own.yaml").string());
        lines_.clear();
        run();
        return lines_;
    }

    /// The lines of a run on detections alone.
    std::vector<std::string> follow() {
        set("detections", (folder_ / name_ / "det/det.txt").string());
        lines_.clear();
        run();
        return lines_;
    }

    std::size_t rows_of_tracks() { return metrics::read_mot(folder_ / "run/mot" / (name_ + ".txt")).size(); }

    std::string name_ = "OWN";
};

TEST_F(OwnSequence, WhatGoesTogetherIsNotTalkedAbout) {
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=10\n");
    EXPECT_EQ(judge().size(), 4U) << "header, the sequence, all, where it is saved";
    EXPECT_EQ(metrics().at("all").at("MOTA"), 1);
    set("data", "");
    EXPECT_EQ(follow().size(), 2U);
}

TEST_F(OwnSequence, GroundTruthThatJudgesNothingGivesNoFigures) {
    for (const std::string& truth : {std::string("\n"), rows("7", "0,-1,-1,-1")}) {
        write("gt/gt.txt", truth);
        const std::vector<std::string> lines = judge();
        EXPECT_THAT(lines, Contains(AllOf(HasSubstr("the sequence OWN: "), HasSubstr("not available"))));
        EXPECT_THAT(lines, Contains(AllOf(HasSubstr("OWN"), EndsWith("          -"))));
        EXPECT_THAT(lines, Contains(AllOf(HasSubstr(" all "), EndsWith("          -"))));
        EXPECT_TRUE(metrics().at("sequences").at("OWN").at("MOTA").is_null());
        EXPECT_TRUE(metrics().at("all").at("HOTA").is_null());
        EXPECT_THAT(read_text(folder_ / "run/metrics.csv"), HasSubstr("OWN,,,,,,,,,\n"));
        EXPECT_EQ(rows_of_tracks(), 10U);
    }
}

TEST_F(OwnSequence, BoxesOfNoExtentInGroundTruthAreLeftOut) {
    write("gt/gt.txt", rows("7", "1") + "1,8,100,50,-40,80,1\n");
    EXPECT_THAT(judge(), Contains(HasSubstr("1 row of gt/gt.txt is left out")));
    EXPECT_EQ(metrics().at("all").at("objects"), 1);
}

TEST_F(OwnSequence, GroundTruthWithoutIdsIsRefusedWithItsLine) {
    write("gt/gt.txt", "1,7,0,0,9,9,1\n1,-1,0,0,9,9,1\n");
    EXPECT_THAT([&] { judge(); }, ThrowsMessage<Error>(HasSubstr("OWN/gt/gt.txt, line 2")));
}

TEST_F(OwnSequence, PartsThatDoNotAgreeAreSaidInOneLine) {
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=5\n");
    EXPECT_THAT(judge(), Contains(AllOf(HasSubstr("do not agree"), HasSubstr("seqinfo.ini is 5"),
                                        HasSubstr("gt/gt.txt ends at frame 10"))));
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=10\n");
    write("gt/gt.txt", rows("7", "1", 4));
    EXPECT_THAT(judge(), Contains(AllOf(HasSubstr("gt/gt.txt ends at frame 4"), HasSubstr("wrong"))));
    write("gt/gt.txt", rows("7", "1", 9));
    EXPECT_THAT(judge(), Not(Contains(HasSubstr("do not agree")))) << "nobody was there any more";
}

TEST_F(OwnSequence, SequencesOfABenchmarkAreJudgedByItsRules) {
    name_ = "MOT17-02-FRCNN";
    const auto beside = [](std::string text) {
        for (std::size_t at = 0; (at = text.find(",100,50,", at)) != std::string::npos; at += 8)
            text.replace(at, 8, ",300,50,");
        return text;
    };
    write("det/det.txt", rows("-1", "0.9") + beside(rows("-1", "0.9")));
    write("gt/gt.txt", rows("7", "1,1,1") + beside(rows("8", "0,7,1")));
    judge();
    EXPECT_EQ(metrics().at("all").at("MOTA"), 1) << "who stands still is no false alarm";
    write("gt/gt.txt", rows("7", "1,-1,-1") + beside(rows("8", "0,-1,-1")));
    EXPECT_THAT(judge(), Contains(HasSubstr("judged without the rules of MOT17")));
    EXPECT_EQ(metrics().at("all").at("MOTA"), 0);
    name_ = "OWN-02";
    write("det/det.txt", rows("-1", "0.9") + beside(rows("-1", "0.9")));
    write("gt/gt.txt", rows("7", "1,1,1") + beside(rows("8", "0,7,1")));
    judge();
    EXPECT_EQ(metrics().at("all").at("MOTA"), 0) << "other sequences have no classes";
}

TEST_F(OwnSequence, AFileWithoutConfidencesIsTrackedWhole) {
    write("det/det.txt", rows("-1", "-1,-1,-1,-1"));
    EXPECT_THAT(follow(), Contains(HasSubstr("no detection has a confidence (-1): each counts as 1")));
    EXPECT_EQ(rows_of_tracks(), 10U);
    write("det/det.txt", rows("-1", "90"));
    EXPECT_THAT(follow(), Contains(HasSubstr("10 confidences of detections lie above 1")));
    write("det/det.txt", "1,-1,9,9,-5,5,0.9\n");
    EXPECT_THAT(follow(),
                Contains(AllOf(HasSubstr("1 of 1 detections have no width"), Not(HasSubstr("no track")))));
}

TEST_F(OwnSequence, WhyThereIsNoTrackIsSaid) {
    write("det/det.txt", rows("-1", "0.05"));
    EXPECT_THAT(follow(),
                Contains(AllOf(HasSubstr("all 10 detections lie below conf=0.1"), HasSubstr("0.05"))));
    write("det/det.txt", rows("-1", "0.9") + "1,-1,300,50,40,80,-0.3\n");
    EXPECT_THAT(follow(), Contains(HasSubstr("1 of 11 detections lie below conf=0.1")));
    set("tracker", "tracktrack.yaml");
    write("det/det.txt", rows("-1", "0.5"));
    EXPECT_THAT(follow(), Contains(AllOf(HasSubstr("none of 10 detections reached new_track_thresh=0.7"),
                                         HasSubstr("tracker=bytetrack.yaml"))));
}

TEST_F(OwnSequence, OptionsWithoutEffectAreSaidInOneLine) {
    config_.set("vid_stride", Value{std::int64_t{2}});
    config_.set("max_det", Value{std::int64_t{1}});
    config_.set("save", Value{false});
    config_.set("save_txt", Value{true});
    EXPECT_THAT(follow(),
                Contains(AllOf(HasSubstr("max_det=1"), HasSubstr("vid_stride=2"), HasSubstr("save_txt=True"),
                               HasSubstr("have no effect with detections="), Not(HasSubstr("save=")))));
    set("detections", "");
    EXPECT_THAT(judge(), Contains(HasSubstr("have no effect with data= and without model=")));
}

TEST_F(OwnSequence, SecondsWithoutAFrameRateAreSaid) {
    write_file(folder_ / "slow.yaml", std::string_view("tracker_type: bytetrack\ntrack_buffer_s: 2\n"));
    set("tracker", (folder_ / "slow.yaml").string());
    EXPECT_THAT(follow(), Contains(HasSubstr("track_buffer_s=2 has no effect")));
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=10\n");
    EXPECT_THAT(follow(), Not(Contains(HasSubstr("track_buffer_s"))));
}

TEST_F(OwnSequence, DetectionsAreCountedInRegions) {
    std::string text;
    for (int frame = 1; frame <= 10; ++frame)
        text += fmt::format("{},-1,100,{},40,80,0.9\n", frame, 10 * frame);
    write("det/det.txt", text);
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=10\nimWidth=640\nimHeight=480\n");
    set("region", "0,140,640,140");
    config_.set("save_mot", Value{false});
    EXPECT_THAT(follow(), Contains("line1: 1 in, 0 out"));
    const auto counts = nlohmann::json::parse(read_text(folder_ / "run/counts.json"));
    EXPECT_EQ(counts.at("OWN").at(0).at("in"), 1);
    EXPECT_TRUE(counts.at("OWN").at(0).at("classes").empty()) << "given detections have none";
    EXPECT_THAT(read_text(folder_ / "run/counts.csv"), HasSubstr("\nOWN,line1,line,all,1,0,"));
    EXPECT_THAT(read_text(folder_ / "run/counts.csv"), Not(HasSubstr(",line,0,")));
    set("region", "0,0,1,0,1,0.3,0,0.3");
    EXPECT_THAT(follow(), Contains(HasSubstr("area1: 0 inside, 0 in, 1 out")));
    write("seqinfo.ini", "[Sequence]\nframeRate=10\nseqLength=10\n");
    EXPECT_THAT([&] { follow(); }, ThrowsMessage<UsageError>(HasSubstr("give pixels")));
}

TEST_F(OwnSequence, NothingIsWrittenOntoWhatIsRead) {
    follow();
    const fs::path tracks = folder_ / "run/mot" / (name_ + ".txt");
    const std::string before = read_text(tracks);
    set("detections", tracks.string());
    EXPECT_THAT([&] { run(); }, ThrowsMessage<Error>(HasSubstr("is read by this run")));
    EXPECT_EQ(read_text(tracks), before);
}

TEST_F(TrackForms, FoldersOfSequencesAreFoundByTheFileThatNamesThem) {
    const auto names = [&](const char* split) {
        std::vector<std::string> found;
        for (const auto& sequence : modes::find_sequences(folder_ / "mot.yaml", split, folder_ / "none"))
            found.push_back(sequence.name);
        return found;
    };
    EXPECT_THAT(names("val"), ElementsAre("ETH-Sunnyday", "KITTI-17", "TUD-Campus"));
    EXPECT_THAT(names("train"), ElementsAre("KITTI-17", "TUD-Campus"));
    EXPECT_THAT([&] { names("test"); }, ThrowsMessage<UsageError>(HasSubstr("has no test")));
}

TEST_F(TrackForms, AFolderThatIsNowhereIsNamedWithThePlacesTried) {
    write_file(folder_ / "far.yaml", std::string_view("path: far\nval: away\n"));
    EXPECT_THAT([&] { modes::find_sequences(folder_ / "far.yaml", "val", "/data/sets"); },
                ThrowsMessage<Error>(::testing::AllOf(HasSubstr((folder_ / "far/away").string()),
                                                      HasSubstr("/data/sets/far/away"))));
    write_file(folder_ / "wrong.yaml", std::string_view("val: 3\n"));
    EXPECT_THAT([&] { modes::find_sequences(folder_ / "wrong.yaml", "val", {}); },
                ThrowsMessage<Error>(HasSubstr("val must be a folder")));
    fs::create_directories(folder_ / "void");
    write_file(folder_ / "void.yaml", std::string_view("val: void\n"));
    EXPECT_THAT([&] { modes::find_sequences(folder_ / "void.yaml", "val", {}); },
                ThrowsMessage<Error>(HasSubstr("holds no sequence")));
}

TEST(ScoreTable, AllIsTheSumOfTheCounts) {
    metrics::MotScores first, second;
    first.objects = 10;
    first.switches = 2;
    second.objects = 30;
    second.switches = 1;
    modes::ScoreTable table;
    table.add("all", first);  // a sequence may have that name
    table.add("b,c", second);
    const Json json = table.json();
    EXPECT_EQ(json.at("all").at("objects"), 40);
    EXPECT_EQ(json.at("sequences").at("all").at("switches"), 2);
    EXPECT_THAT(table.csv(), HasSubstr("\n\"b,c\","));
    EXPECT_EQ(table.lines().size(), 4U);
    table.add("void", std::nullopt);
    EXPECT_EQ(table.json().at("all").at("objects"), 40) << "what has no figures is not in the sum";
    EXPECT_TRUE(table.json().at("sequences").at("void").at("objects").is_null());
}

}  // namespace
}  // namespace yolo

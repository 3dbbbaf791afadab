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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
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
}

}  // namespace
}  // namespace yolo

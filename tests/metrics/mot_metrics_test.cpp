// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_metrics.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/json.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"

namespace yolo::metrics {
namespace {

MotRow at(int frame, int id, double left) {
    return {frame, id, left, 0, 10, 10};
}

TEST(MotMetrics, right_tracks_are_perfect) {
    const std::vector<MotRow> truth{at(1, 1, 0), at(1, 2, 50), at(2, 1, 5), at(2, 2, 55)};
    const std::vector<MotRow> tracks{at(1, 7, 0), at(1, 4, 50), at(2, 7, 5), at(2, 4, 55)};
    const MotScores scores = score_tracks(truth, tracks);
    for (const double figure : {scores.hota(), scores.det_a(), scores.ass_a(), scores.loc_a(), scores.mota(),
                                scores.motp(), scores.idf1()})
        EXPECT_DOUBLE_EQ(figure, 1);
    EXPECT_EQ(scores.mostly_tracked, 2);
}

TEST(MotMetrics, one_switch) {
    // One object through four frames; its track gets another number in the middle.
    const std::vector<MotRow> truth{at(1, 1, 0), at(2, 1, 0), at(3, 1, 0), at(4, 1, 0)};
    const std::vector<MotRow> tracks{at(1, 1, 0), at(2, 1, 0), at(3, 2, 0), at(4, 2, 0)};
    const MotScores scores = score_tracks(truth, tracks);
    EXPECT_EQ(scores.switches, 1);
    EXPECT_EQ(scores.fragments, 0);
    EXPECT_DOUBLE_EQ(scores.mota(), 0.75);
    EXPECT_DOUBLE_EQ(scores.idf1(), 0.5);
    EXPECT_DOUBLE_EQ(scores.det_a(), 1);
    EXPECT_DOUBLE_EQ(scores.ass_a(), 0.5);  // 2 frames together, 4 of the object, 2 of the track
    EXPECT_DOUBLE_EQ(scores.hota(), std::sqrt(0.5));
}

TEST(MotMetrics, a_gap_is_a_fragment_and_no_switch) {
    const std::vector<MotRow> truth{at(1, 1, 0), at(2, 1, 0), at(3, 1, 0)};
    const std::vector<MotRow> tracks{at(1, 1, 0), at(2, 9, 500), at(3, 1, 0)};
    const MotScores scores = score_tracks(truth, tracks);
    EXPECT_EQ(scores.fragments, 1);
    EXPECT_EQ(scores.switches, 0);
    EXPECT_EQ(scores.clear_misses, 1);
    EXPECT_EQ(scores.clear_false_alarms, 1);
}

TEST(MotMetrics, who_was_together_stays_together) {
    // In frame 2 track 2 fits object 1 better, but track 1 still fits well enough.
    const std::vector<MotRow> truth{at(1, 1, 0), at(2, 1, 0)};
    const std::vector<MotRow> tracks{at(1, 1, 0), at(2, 1, 2), at(2, 2, 0)};
    EXPECT_EQ(score_tracks(truth, tracks).switches, 0);
}

TEST(MotMetrics, after_a_gap_the_two_rules_differ) {
    // In frame 2 track 1 is elsewhere; in frame 3 it fits, but track 2 fits better.
    const std::vector<MotRow> truth{at(1, 1, 0), at(2, 1, 0), at(3, 1, 0)};
    const std::vector<MotRow> tracks{at(1, 1, 0), at(2, 1, 80), at(3, 1, 2), at(3, 2, 0)};
    EXPECT_EQ(score_tracks(truth, tracks).switches, 0);
    EXPECT_EQ(score_tracks(truth, tracks, ClearRule::previous_frame).switches, 1);
}

TEST(MotMetrics, truth_with_confidence_0_does_not_count) {
    std::vector<MotRow> truth{at(1, 1, 0), at(1, 2, 50)};
    truth[1].confidence = 0;
    EXPECT_DOUBLE_EQ(score_tracks(truth, {at(1, 1, 0)}).mota(), 1);
}

TEST(MotMetrics, detections_are_not_tracks) {
    for (const bool truth : {false, true}) {
        const std::vector<MotRow> rows{at(3, -1, 0)}, none;
        EXPECT_THAT(test::message_of([&] { score_tracks(truth ? rows : none, truth ? none : rows); }),
                    testing::HasSubstr("frame 3"));
    }
}

TEST(MotMetrics, no_overlap_is_above_one) {
    for (const char* text : {"10,20,30.4,4237709,1,.4,1,1,1\n", "1,1,1,2,1e-200,1e-200,1,1,1\n"}) {
        const auto rows = parse_mot(text, "far.txt");
        const MotScores scores = score_tracks(rows, rows);
        for (const double figure : {scores.hota(), scores.motp(), scores.idf1()}) {
            EXPECT_GE(figure, 0) << text;
            EXPECT_LE(figure, 1 + 1e-9) << text;
        }
    }
}

TEST(MotMetrics, nothing_at_all) {
    EXPECT_DOUBLE_EQ(score_tracks({}, {}).hota(), 0);
    EXPECT_DOUBLE_EQ(score_tracks({at(1, 1, 0)}, {}).mota(), 0);
    const MotScores only_alarms = score_tracks({}, {at(1, 1, 0), at(2, 1, 0)});
    EXPECT_DOUBLE_EQ(only_alarms.mota(), -2);
    EXPECT_DOUBLE_EQ(only_alarms.idf1(), 0);
}

TEST(MotMetrics, sequences_add_up) {
    const std::vector<MotRow> truth{at(1, 1, 0), at(2, 1, 0)};
    MotScores sum = score_tracks(truth, truth);
    sum += score_tracks(truth, {});
    EXPECT_DOUBLE_EQ(sum.mota(), 0.5);
    EXPECT_DOUBLE_EQ(sum.det_a(), 0.5);
    EXPECT_DOUBLE_EQ(sum.idf1(), 2.0 / 3);
}

void expect_figures(const MotScores& scores, const Json& wanted) {
    EXPECT_NEAR(scores.mota(), wanted.at("mota").get<double>(), 1e-9);
    EXPECT_NEAR(scores.idf1(), wanted.at("idf1").get<double>(), 1e-9);
    EXPECT_EQ(scores.switches, wanted.at("num_switches").get<double>());
    EXPECT_EQ(scores.clear_false_alarms, wanted.at("num_false_positives").get<double>());
    EXPECT_EQ(scores.clear_misses, wanted.at("num_misses").get<double>());
    if (wanted.contains("num_fragmentations")) {
        EXPECT_EQ(scores.fragments, wanted.at("num_fragmentations").get<double>());
        EXPECT_EQ(scores.mostly_tracked, wanted.at("mostly_tracked").get<double>());
        EXPECT_EQ(scores.mostly_lost, wanted.at("mostly_lost").get<double>());
        EXPECT_NEAR(scores.motp(), 1 - wanted.at("motp").get<double>(), 1e-9);
    }
}

TEST(MotMetrics, the_tracks_of_the_goldens_score_as_stated) {
    YOLO_REQUIRE_GOLDEN("mot");
    int scored = 0;
    const Json expected = read_yaml(test::golden_dir() / "mot" / "expected.json");
    for (const auto& [sequence, trackers] : expected.at("sequences").items()) {
        const auto truth = test::golden_dir() / "mot" / (sequence + ".gt.txt");
        if (!std::filesystem::exists(truth)) continue;
        for (const auto& [tracker, wanted] : trackers.items()) {
            SCOPED_TRACE(sequence + " " + tracker);
            const auto tracks = test::golden_dir() / "mot" / (sequence + "." + tracker + ".txt");
            expect_figures(score_tracks(read_mot(truth), read_mot(tracks)), wanted);
            ++scored;
        }
    }
    EXPECT_GT(scored, 0);
}

TEST(MotMetrics, sample_tracker_of_mot15) {
    const auto folder = test::golden_dir().parent_path() / "data" / "mot15";
    YOLO_REQUIRE_FILE(folder);
    const Json expected = read_yaml(folder / "expected-sample-tracker.json");
    for (const auto& [sequence, wanted] : expected.at("results").items()) {
        SCOPED_TRACE(sequence);
        const auto truth = read_mot(folder / sequence / "gt" / "gt.txt");
        expect_figures(score_tracks(truth, read_mot(folder / sequence / "sample-tracker.txt")), wanted);
    }
}

}  // namespace
}  // namespace yolo::metrics

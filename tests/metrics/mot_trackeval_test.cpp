// SPDX-License-Identifier: Apache-2.0
/// \file Our figures beside those of TrackEval (PyPI trackeval), which scripts/test puts into .deps/runtimes.
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "core/json.hpp"
#include "metrics/mot_benchmark.hpp"
#include "metrics/mot_metrics.hpp"
#include "support/golden.hpp"

namespace yolo::metrics {
namespace {

namespace fs = std::filesystem;

struct Pair {
    fs::path truth, tracks;
};

/// Every sequence with ground truth beside every file of its tracks: those of MOT15 and of the goldens.
std::vector<Pair> pairs() {
    std::vector<Pair> found;
    const fs::path mot15 = test::golden_dir().parent_path() / "data" / "mot15";
    for (const auto& folder : fs::directory_iterator(mot15)) {
        const fs::path truth = folder.path() / "gt" / "gt.txt";
        if (fs::exists(truth)) found.push_back({truth, folder.path() / "sample-tracker.txt"});
    }
    for (const fs::path& truth : test::golden_files("mot", ".gt.txt")) {
        const std::string name = truth.filename().string().substr(0, truth.filename().string().find('.'));
        for (const fs::path& tracks : test::golden_files("mot", ".txt")) {
            const std::string file = tracks.filename().string();
            const bool input = file.ends_with(".gt.txt") || file.ends_with(".det.txt");
            if (file.starts_with(name + ".") && !input) found.push_back({truth, tracks});
        }
    }
    return found;
}

void expect_trackeval(const MotScores& scores, const Json& wanted) {
    const auto near = [&](double value, const char* name) {
        EXPECT_NEAR(value, wanted.at(name).get<double>(), 1e-6) << name;
    };
    near(scores.hota(), "HOTA");
    near(scores.det_a(), "DetA");
    near(scores.ass_a(), "AssA");
    near(scores.loc_a(), "LocA");
    near(scores.mota(), "MOTA");
    near(scores.motp(), "MOTP");
    near(scores.idf1(), "IDF1");
    near(static_cast<double>(scores.switches), "IDSW");
    near(static_cast<double>(scores.fragments), "Frag");
    near(static_cast<double>(scores.mostly_tracked), "MT");
    near(static_cast<double>(scores.mostly_lost), "ML");
}

/// The command that runs a script of TrackEval's figures; "" where there is no TrackEval.
std::string trackeval_command(const char* script) {
    const fs::path python = test::source_dir() / ".deps" / "runtimes" / "bin" / "python";
    if (std::system(fmt::format("{} -c 'import trackeval' >/dev/null 2>&1", python.string()).c_str()) != 0)
        return "";
    return fmt::format("{} {}", shell_word(python),
                       shell_word(test::source_dir() / "tests" / "metrics" / "trackeval" / script));
}

TEST(MotMetrics, equal_those_of_trackeval) {
    YOLO_REQUIRE_FILE(test::golden_dir().parent_path() / "data" / "mot15");
    YOLO_REQUIRE_GOLDEN("mot");
    std::string command = trackeval_command("score.py");
    if (command.empty()) GTEST_SKIP() << "TrackEval is not in .deps/runtimes: run scripts/test";
    for (const Pair& pair : pairs())
        command += fmt::format(" {} {}", shell_word(pair.truth), shell_word(pair.tracks));
    const fs::path out = test::scratch_dir() / "figures.json";
    ASSERT_EQ(std::system(fmt::format("{} > {}", command, shell_word(out)).c_str()), 0);
    const Json figures = parse_json(read_text(out), "score.py");
    MotScores sum;
    for (std::size_t i = 0; i < pairs().size(); ++i) {
        SCOPED_TRACE(pairs()[i].tracks.string());
        const MotScores scores =
            score_tracks(read_mot(pairs()[i].truth), read_mot(pairs()[i].tracks), ClearRule::previous_frame);
        expect_trackeval(scores, figures.at("sequences").at(i));
        sum += scores;
    }
    SCOPED_TRACE("all together");
    expect_trackeval(sum, figures.at("combined"));
}

/// People and what is like them on their ways; each row in one of a benchmark's classes.
std::vector<MotRow> drawn_truth(std::mt19937& random, int frames) {
    constexpr int classes[] = {1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
    std::uniform_real_distribution<double> place(0, 300), step(-4, 4), share(0, 1);
    std::vector<MotRow> rows;
    for (int id = 1; id <= 32; ++id) {
        const int class_id = classes[static_cast<std::size_t>(id - 1) % std::size(classes)];
        double left = place(random), top = place(random);
        for (int frame = 1; frame <= frames; ++frame) {
            left += step(random);
            top += step(random);
            const double confidence = share(random) < 0.2 ? 0 : 1;
            if (share(random) < 0.9)
                rows.push_back({frame, id, left, top, 40 + step(random), 90, confidence, class_id});
        }
    }
    return rows;
}

/// Tracks that are lost, change their number, or follow nothing.
std::vector<MotRow> drawn_tracks(std::mt19937& random, const std::vector<MotRow>& truth) {
    std::uniform_real_distribution<double> place(0, 300), off(-12, 12), share(0, 1);
    std::vector<MotRow> rows;
    std::map<int, int> numbers;
    int last = 0, stray = 1000;
    for (const MotRow& row : truth) {
        int& number = numbers[row.id];
        if (number == 0 || share(random) < 0.05) number = ++last;
        if (share(random) < 0.85)
            rows.push_back(
                {row.frame, number, row.left + off(random), row.top + off(random), row.width, row.height, 1});
        if (share(random) < 0.05)
            rows.push_back({row.frame, ++stray, place(random), place(random), 40, 90, 1});
    }
    return rows;
}

std::string truth_text(const std::vector<MotRow>& rows) {
    std::string text;
    for (const MotRow& row : rows)
        text += fmt::format("{},{},{:.3f},{:.3f},{:.3f},{:.3f},{},{},1\n", row.frame, row.id, row.left,
                            row.top, row.width, row.height, row.confidence, row.class_id);
    return text;
}

TEST(MotBenchmark, is_judged_as_trackeval_does) {
    const std::string command = trackeval_command("benchmark.py");
    if (command.empty()) GTEST_SKIP() << "TrackEval is not in .deps/runtimes: run scripts/test";
    constexpr int frames = 30;
    std::mt19937 random(17);
    for (const char* benchmark : {"MOT16", "MOT17", "MOT20", "MOT15"}) {
        SCOPED_TRACE(benchmark);
        const std::string name = fmt::format("{}-02", benchmark);
        const fs::path folder = test::scratch_dir() / benchmark;
        const fs::path truth_file = folder / name / "gt" / "gt.txt";
        const fs::path tracks_file = folder / "tracks" / "data" / (name + ".txt");
        const std::vector<MotRow> drawn = drawn_truth(random, frames);
        make_directories(truth_file.parent_path());
        make_directories(tracks_file.parent_path());
        write_file(truth_file, truth_text(drawn));
        write_file(tracks_file, mot_text(drawn_tracks(random, drawn)));
        const fs::path out = folder / "figures.json";
        ASSERT_EQ(std::system(fmt::format("{} {} {} {} {} > {}", command, shell_word(folder), benchmark, name,
                                          frames, shell_word(out))
                                  .c_str()),
                  0);
        MotRows rows{read_mot(truth_file), read_mot(tracks_file)};
        ASSERT_TRUE(has_benchmark_classes(rows.truth));
        const std::set<int> distractors = distractors_of(name);
        EXPECT_EQ(distractors.empty(), std::string(benchmark) == "MOT15");
        if (!distractors.empty()) {
            const std::size_t all = rows.tracks.size();
            rows = judged_by_benchmark(rows.truth, rows.tracks, distractors);
            EXPECT_LT(rows.tracks.size(), all);
        }
        expect_trackeval(score_tracks(rows.truth, rows.tracks, ClearRule::previous_frame),
                         parse_json(read_text(out), "benchmark.py"));
    }
}

}  // namespace
}  // namespace yolo::metrics

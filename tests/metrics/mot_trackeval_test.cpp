// SPDX-License-Identifier: Apache-2.0
/// \file Our figures beside those of TrackEval (PyPI trackeval), which scripts/test puts into .deps/runtimes.
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "core/json.hpp"
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

TEST(MotMetrics, equal_those_of_trackeval) {
    const fs::path python = test::source_dir() / ".deps" / "runtimes" / "bin" / "python";
    YOLO_REQUIRE_FILE(test::golden_dir().parent_path() / "data" / "mot15");
    YOLO_REQUIRE_GOLDEN("mot");
    if (std::system(fmt::format("{} -c 'import trackeval' >/dev/null 2>&1", python.string()).c_str()) != 0)
        GTEST_SKIP() << "TrackEval is not in .deps/runtimes: run scripts/test";
    std::string command =
        fmt::format("{} {}", shell_word(python),
                    shell_word(test::source_dir() / "tests" / "metrics" / "trackeval" / "score.py"));
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

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
/// \file Real detections of MOT15 and of a street: the tracks of the goldens, and of another implementation.
#include <algorithm>

#include <gtest/gtest.h>

#include <yolo/tracker.hpp>

#include "metrics/mot_metrics.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

using metrics::MotRow;

/// Detections frame by frame, those without any too, in float32; rows of the tracks.
std::vector<MotRow> track(const std::vector<MotRow>& detections, const TrackerOptions& options) {
    int last = 0;
    for (const MotRow& row : detections) last = std::max(last, row.frame);
    std::vector<Detections> frames(static_cast<std::size_t>(last));
    for (const MotRow& row : detections) {
        const auto left = static_cast<float>(row.left), top = static_cast<float>(row.top);
        const auto right = static_cast<float>(row.left + row.width);
        const auto bottom = static_cast<float>(row.top + row.height);
        frames[static_cast<std::size_t>(row.frame - 1)].boxes.push_back(
            {left, top, right, bottom, std::clamp(static_cast<float>(row.confidence), 0.0f, 1.0f)});
    }
    Tracker tracker(options);
    std::vector<MotRow> rows;
    for (int frame = 1; frame <= last; ++frame) {
        for (const Box& box : tracker.update(frames[static_cast<std::size_t>(frame - 1)]).boxes) {
            rows.push_back(
                {frame, box.track_id, box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1, box.confidence});
        }
    }
    return rows;
}

bool by_frame_and_id(const MotRow& a, const MotRow& b) {
    return std::pair(a.frame, a.id) < std::pair(b.frame, b.id);
}

void expect_same_tracks(std::vector<MotRow> found, std::vector<MotRow> wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    std::ranges::sort(found, by_frame_and_id);
    std::ranges::sort(wanted, by_frame_and_id);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].frame, wanted[i].frame) << "row " << i;
        ASSERT_EQ(found[i].id, wanted[i].id) << "frame " << wanted[i].frame;
        EXPECT_NEAR(found[i].left, wanted[i].left, 0.01);
        EXPECT_NEAR(found[i].top, wanted[i].top, 0.01);
        EXPECT_NEAR(found[i].width, wanted[i].width, 0.01);
        EXPECT_NEAR(found[i].height, wanted[i].height, 0.01);
    }
}

TEST(MotGoldens, all_trackers_give_the_same_tracks) {
    YOLO_REQUIRE_GOLDEN("mot");
    int sequences = 0;
    for (const auto& path : test::golden_files("mot", ".det.txt")) {
        const std::string name = path.filename().string().substr(0, path.filename().string().find('.'));
        const auto detections = metrics::read_mot(path);
        for (const std::string_view type : tracker_types()) {
            SCOPED_TRACE(name + " " + std::string(type));
            TrackerOptions options{.type = std::string(type)};
            if (Tracker(options).setting("gmc_method")) options.settings = {{"gmc_method", "none"}};
            const auto wanted = path.parent_path() / (name + "." + std::string(type) + ".txt");
            expect_same_tracks(track(detections, options), metrics::read_mot(wanted));
            ++sequences;
        }
    }
    EXPECT_GT(sequences, 0);
}

TEST(MotGoldens, bytetrack_agrees_with_another_implementation) {
    const auto folder = test::golden_dir().parent_path() / "data" / "palace-mot";
    YOLO_REQUIRE_FILE(folder);
    const auto tracks =
        track(metrics::read_mot(folder / "det.txt"),
              {.type = "bytetrack",
               .settings = {{"track_high_thresh", 0.5}, {"new_track_thresh", 0.6}, {"fuse_score", false}}});
    const auto wanted = metrics::read_mot(folder / "tracks-bytetrack.txt");
    EXPECT_GE(metrics::score_tracks(wanted, tracks).idf1(), 0.98);
}

}  // namespace
}  // namespace yolo

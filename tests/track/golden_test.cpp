// SPDX-License-Identifier: Apache-2.0
/// \file Every sequence of golden/trackers: the same ids and boxes, frame by frame.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <yolo/tracker.hpp>

#include "golden_sequence.hpp"

namespace yolo {
namespace {

TEST(TrackerGoldens, every_sequence_gives_the_same_tracks) {
    YOLO_REQUIRE_GOLDEN("trackers");
    int sequences = 0;
    for (const test::GoldenCase& golden : test::golden_cases("trackers")) {
        if (!golden.json.contains("settings")) continue;
        SCOPED_TRACE(golden.name);
        const test::GoldenSequence sequence(golden);
        Tracker tracker(sequence.options());
        ++sequences;
        for (int i = 0; i < sequence.size() && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(fmt::format("frame {}", i));
            const Image picture = sequence.picture(i);
            sequence.expect_rows(i, tracker.update(sequence.detections(i), picture.view()));
        }
    }
    EXPECT_GT(sequences, 0);
}

}  // namespace
}  // namespace yolo

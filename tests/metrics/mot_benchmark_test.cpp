// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_benchmark.hpp"

#include <gmock/gmock.h>

namespace yolo::metrics {
namespace {

using testing::ElementsAre;

TEST(MotBenchmark, is_told_by_the_name_of_the_sequence) {
    EXPECT_THAT(distractors_of("MOT16-02"), ElementsAre(2, 7, 8, 12));
    EXPECT_THAT(distractors_of("MOT17-13-SDP"), ElementsAre(2, 7, 8, 12));
    EXPECT_THAT(distractors_of("MOT20-01"), ElementsAre(2, 6, 7, 8, 12));
    for (const char* other : {"TUD-Campus", "MOT15-1", "MOT17", "my-MOT17-02"})
        EXPECT_TRUE(distractors_of(other).empty()) << other;
}

TEST(MotBenchmark, pedestrians_count_and_boxes_on_distractors_do_not) {
    const auto at = [](int id, double left, int class_id, double confidence = 1) {
        return MotRow{1, id, left, 0, 10, 10, confidence, class_id};
    };
    const std::vector<MotRow> truth{at(1, 0, 1), at(2, 100, 7), at(3, 200, 3), at(4, 300, 1, 0)};
    const std::vector<MotRow> tracks{at(1, 1, -1), at(2, 101, -1), at(3, 201, -1), at(4, 301, -1),
                                     at(5, 106, -1)};
    const MotRows judged = judged_by_benchmark(truth, tracks, distractors_of("MOT17-02"));
    ASSERT_EQ(judged.truth.size(), 1U);
    EXPECT_EQ(judged.truth[0].id, 1);
    std::vector<int> left;
    for (const MotRow& row : judged.tracks) left.push_back(row.id);
    EXPECT_THAT(left, ElementsAre(1, 3, 4, 5)) << "the one on the static person is passed over";
}

TEST(MotBenchmark, needs_its_classes) {
    EXPECT_TRUE(has_benchmark_classes({{1, 1, 0, 0, 9, 9, 1, 13}}));
    EXPECT_FALSE(has_benchmark_classes({{1, 1, 0, 0, 9, 9, 1, 1}, {1, 2, 0, 0, 9, 9, 1}}));
    EXPECT_FALSE(has_benchmark_classes({{1, 1, 0, 0, 9, 9, 1, 14}}));
}

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include "metrics/matching.hpp"

#include <gmock/gmock.h>

#include "golden_pictures.hpp"

namespace yolo::metrics {
namespace {

using testing::ElementsAre;

std::vector<std::uint8_t> unpacked(const std::vector<Hits>& hits) {
    std::vector<std::uint8_t> values;
    for (const Hits each : hits) {
        for (int t = 0; t < threshold_count; ++t) values.push_back(is_hit(each, t) ? 1 : 0);
    }
    return values;
}

OverlapMatrix overlaps(std::size_t objects, const std::vector<float>& values) {
    OverlapMatrix matrix(objects, values.size() / objects);
    matrix.values = values;
    return matrix;
}

TEST(Matching, the_more_confident_prediction_takes_its_best_object_first) {
    // The second prediction fits object 0 better, but the first one has taken it.
    const auto matrix = overlaps(2, {0.72f, 0.97f,  //
                                     0.61f, 0.56f});
    const std::vector<int> classes{3, 3};
    const auto hits = match_predictions(matrix, classes, classes, std::vector<float>{0.9f, 0.8f});
    EXPECT_EQ(hits[0], 0b0000011111);
    EXPECT_EQ(hits[1], 0b1111100011);  // object 1 at .50, .55; object 0 above .70
}

TEST(Matching, order_is_by_score_and_stable) {
    const auto matrix = overlaps(1, {0.6f, 0.6f, 0.6f});
    const std::vector<int> one{0}, three{0, 0, 0};
    EXPECT_THAT(match_predictions(matrix, one, three, std::vector<float>{0.2f, 0.7f, 0.7f}),
                ElementsAre(0, 0b111, 0));
}

TEST(Matching, other_classes_do_not_count) {
    const auto matrix = overlaps(1, {0.9f, 0.8f});
    EXPECT_THAT(match_predictions(matrix, std::vector<int>{1}, std::vector<int>{0, 1},
                                  std::vector<float>{0.9f, 0.8f}),
                ElementsAre(0, 0b1111111));
}

TEST(Matching, without_objects_or_predictions) {
    EXPECT_THAT(match_predictions(OverlapMatrix(0, 1), {}, std::vector<int>{0}, std::vector<float>{0.5f}),
                ElementsAre(0));
    EXPECT_THAT(match_predictions(OverlapMatrix(1, 0), std::vector<int>{0}, {}, {}), ElementsAre());
}

TEST(Matching, goldens) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::picture_cases()) {
        for (int i = 0; i < golden.json.at("pictures"); ++i) {
            SCOPED_TRACE(golden.name + " picture " + std::to_string(i));
            const auto picture = test::golden_picture(golden, i);
            const auto check = [&](const OverlapMatrix& matrix, const std::string& name) {
                const auto hits = match_predictions(matrix, picture.object_classes, picture.predicted_classes,
                                                    picture.scores);
                EXPECT_EQ(unpacked(hits), test::tensor(golden.tensors, name).as<std::uint8_t>()) << name;
            };
            check(picture.overlaps, test::numbered("tp", i));
            for (const char* second : {"tp_mask", "tp_pose"}) {
                if (golden.has(test::numbered(second, i))) {
                    check(picture.second_overlaps, test::numbered(second, i));
                }
            }
        }
    }
}

}  // namespace
}  // namespace yolo::metrics

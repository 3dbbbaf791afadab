// SPDX-License-Identifier: Apache-2.0
#include "metrics/average_precision.hpp"

#include <gmock/gmock.h>

#include "metrics/classification_metrics.hpp"
#include "metrics/confusion_matrix.hpp"
#include "metrics/interpolation.hpp"
#include "support/golden_case.hpp"

namespace yolo::metrics {
namespace {

TEST(AveragePrecision, known_curves) {
    const auto area = [](std::vector<double> recall, std::vector<double> precision) {
        return area_under_curve(recall, precision);
    };
    EXPECT_NEAR(area({.5, 1}, {1, 1}), .995, 1e-9);
    EXPECT_NEAR(area({.25, .5, .5, .75}, {1, 1, 2.0 / 3, .75}), .6825, 1e-9);
    EXPECT_NEAR(area({1.0 / 3}, {1}), .335, 1e-9);
}

TEST(AveragePrecision, golden_ties_keep_their_order) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics")) {
        if (!golden.has("ap_first_come")) continue;
        const auto tp = test::tensor(golden.tensors, "tp").as<std::uint8_t>();
        const auto conf = test::tensor(golden.tensors, "conf").as<double>();
        const auto classes = golden.floats("pred_cls");
        std::vector<ScoredHit> predictions;
        for (std::size_t i = 0; i < conf.size(); ++i) {
            Hits hits = 0;
            for (std::size_t t = 0; t < threshold_count; ++t) {
                hits = static_cast<Hits>(hits | tp[i * threshold_count + t] << t);
            }
            predictions.push_back(
                {static_cast<float>(conf[i]), static_cast<std::uint16_t>(classes[i]), hits});
        }
        std::vector<std::size_t> objects;
        for (const float value : golden.floats("target_cls")) {
            const auto class_id = static_cast<std::size_t>(value);
            if (class_id >= objects.size()) objects.resize(class_id + 1);
            ++objects[class_id];
        }
        const auto expected = test::tensor(golden.tensors, "ap_first_come").as<double>();
        for (const int threads : {1, 3}) {
            const PrecisionTable table = average_precision(predictions, objects, threads);
            ASSERT_EQ(table.classes.size() * threshold_count, expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                EXPECT_NEAR(table.classes[i / threshold_count].ap[i % threshold_count], expected[i], 1e-6)
                    << i;
            }
        }
    }
}

TEST(AveragePrecision, a_class_without_predictions_has_none) {
    const std::vector<ScoredHit> predictions{{0.9f, 0, 0b1111111111}, {0.8f, 7, 0}};
    const std::vector<std::size_t> objects{1, 0, 2};
    const PrecisionTable table = average_precision(predictions, objects);
    ASSERT_EQ(table.classes.size(), 2u);
    EXPECT_NEAR(table.classes[0].mean_ap(), 0.995, 1e-9);
    EXPECT_EQ(table.classes[1].mean_ap(), 0);
    EXPECT_THAT(table.classes[1].precision_curve, testing::Each(0.0));
    EXPECT_NEAR(table.maps(4)[1], table.map(), 1e-12);
}

TEST(Interpolation, ends_steps_and_between) {
    const std::vector<double> x{0, 1, 1, 3}, y{10, 20, 40, 60};
    EXPECT_THAT(interpolate({x, y}, std::vector<double>{-1, 0, 0.5, 1, 2, 3, 9}, 7),
                testing::ElementsAre(7, 10, 15, 40, 50, 60, 60));
}

TEST(BoxSmoothed, repeats_the_ends) {
    std::vector<double> step(10, 0);
    step[9] = 6;
    EXPECT_THAT(box_smoothed(step, 0.3),  // a window of round(10 * 0.3 * 2) / 2 + 1 = 4
                testing::ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1.5, 3));
}

TEST(Classification, goldens) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::golden_cases("metrics")) {
        if (!golden.has("prob") || !golden.has("target")) continue;
        SCOPED_TRACE(golden.name);
        const auto probabilities = golden.floats("prob");
        const auto targets = test::tensor(golden.tensors, "target").as<std::int64_t>();
        const std::size_t classes = probabilities.size() / targets.size();
        ClassificationMetrics metrics;
        ConfusionMatrix matrix(static_cast<int>(classes), ConfusionMatrix::Background::none);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const auto row = std::span(probabilities).subspan(i * classes, classes);
            matrix.add(metrics.add(row, static_cast<int>(targets[i])), static_cast<int>(targets[i]));
        }
        for (const auto& [key, value] : metrics.results()) {
            if (golden.json.at("results").contains(key)) {
                EXPECT_NEAR(value, golden.json.at("results").at(key), 1e-5) << key;
            }
        }
        EXPECT_NEAR(metrics.fitness(), golden.json.at("fitness"), 1e-5);
        EXPECT_EQ(metrics.summary().dump(), Json::parse(golden.json.at("summary").dump()).dump());
        const auto expected = test::tensor(golden.tensors, "confusion_matrix").as<double>();
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_EQ(matrix.at(static_cast<int>(i / classes), static_cast<int>(i % classes)), expected[i]);
        }
        const auto shares = test::tensor(golden.tensors, "confusion_matrix_normalised").as<double>();
        for (std::size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(matrix.normalized()[i], shares[i], 1e-5);
    }
}

TEST(Classification, ties_prefer_the_lower_index) {
    ClassificationMetrics metrics;
    EXPECT_EQ(metrics.add(std::vector<float>{.2f, .4f, .4f}, 2), 1);
    EXPECT_EQ(metrics.add(std::vector<float>{.1f, .1f, .1f, .1f, .1f, .1f}, 5), 0);
    EXPECT_EQ(metrics.top1(), 0);
    EXPECT_EQ(metrics.top5(), 0.5);
}

TEST(Classification, a_class_that_the_model_does_not_know_is_never_found) {
    ClassificationMetrics metrics;
    EXPECT_EQ(metrics.add(std::vector<float>{.1f, .7f, .2f}, 3), 1);
    EXPECT_EQ(metrics.top1(), 0);
    EXPECT_EQ(metrics.top5(), 0);
    metrics.add(std::vector<float>{.1f, .7f, .2f}, 1);
    EXPECT_EQ(metrics.top1(), 0.5);
}

}  // namespace
}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include "train/learner_agreement.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

#include "train/transfer.hpp"

namespace yolo::train {
namespace {

TEST(Agreement, SeesWhatHurts) {
    const auto graph =
        start_network(checkpoint::load("yolov8n.yaml"), nullptr, {.names = {"cat", "dog"}}).model.graph;
    const auto output = [](float width, float probability) {  // (1, 6, 2): one strong anchor, one weak
        return std::vector{Tensor::from(
            {1, 6, 2}, std::vector<float>{50, 50, 50, 50, width, 9, 20, 9, probability, .01F, .1F, .01F})};
    };
    EXPECT_TRUE(compare_outputs(graph, output(20, .9F), output(20.5F, .88F)).is_harmless());
    EXPECT_FALSE(compare_outputs(graph, output(20, .9F), output(24, .9F)).is_harmless());
    EXPECT_FALSE(compare_outputs(graph, output(20, .9F), output(20, .7F)).is_harmless());
    EXPECT_FALSE(compare_outputs(graph, output(20, .9F), output(20, std::nanf(""))).is_harmless());
}

TEST(Speedup, IsThatOfTheMediansOfStepsInTurns) {
    std::vector<Precision> order;
    // The first round prepares; one step of each precision meets a busy moment.
    const auto seconds = [&](Precision precision) {
        order.push_back(precision);
        const double busy[] = {9, 1, 9, 1, 1, 1, 1, 7};  // round by round: fp32, bf16
        return busy[order.size() - 1] * (precision == Precision::fp32 ? 0.2 : 0.1) / 10;
    };
    EXPECT_DOUBLE_EQ(measured_speedup(seconds, Precision::bf16), 2);
    ASSERT_EQ(order.size(), 8U);
    for (std::size_t i = 0; i < order.size(); ++i)
        EXPECT_EQ(order[i], i % 2 == 0 ? Precision::fp32 : Precision::bf16);
}

TEST(Speedup, OfALargeNetworkOneRoundIsEnough) {
    int steps = 0;
    const auto seconds = [&](Precision precision) {
        ++steps;
        return precision == Precision::fp32 ? 8.0 : 10.0;
    };
    EXPECT_DOUBLE_EQ(measured_speedup(seconds, Precision::bf16), 0.8);
    EXPECT_EQ(steps, 2);
}

TEST(PrecisionChoice, TakesTheFasterAndSaysSo) {
    const PrecisionChoice faster = choose_precision(Precision::bf16, true, 1.72);
    EXPECT_EQ(faster.precision, Precision::bf16);
    EXPECT_EQ(faster.line, "AMP: bf16 agrees with fp32 and is 1.7 times as fast: bf16");
    const PrecisionChoice slower = choose_precision(Precision::bf16, true, 0.8);
    EXPECT_EQ(slower.precision, Precision::fp32);
    EXPECT_EQ(slower.line, "AMP: bf16 is slower here (0.80x): fp32");
    EXPECT_EQ(choose_precision(Precision::bf16, true, 1.01).precision, Precision::fp32);
    const PrecisionChoice wrong = choose_precision(Precision::fp16, false, 3);
    EXPECT_EQ(wrong.precision, Precision::fp32);
    EXPECT_EQ(wrong.level, LogLevel::warning);
    EXPECT_THAT(wrong.line, testing::HasSubstr("fp16 changes the results"));
}

}  // namespace
}  // namespace yolo::train

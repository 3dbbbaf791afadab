// SPDX-License-Identifier: Apache-2.0
#include "train/learner_agreement.hpp"

#include <cmath>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace yolo::train

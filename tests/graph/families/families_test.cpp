// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/families/blocks.hpp"
#include "graph/passes.hpp"
#include "graph/weights_for.hpp"

namespace yolo::graph {
namespace {

using testing::ElementsAre;

// The numbers of parameters are those that the models' authors and users publish.

TEST(LaterFamilies, Yolo11HasItsPublishedSize) {
    const Graph graph = test::build_later("yolo11.yaml", "n");
    EXPECT_EQ(statistics(graph, 640).parameters, 2'624'080);
    EXPECT_THAT(graph.head->decode.strides, ElementsAre(8, 16, 32));
    EXPECT_EQ(graph.head->cls.width, 80);
    EXPECT_EQ(graph.head->cls.last[0], class_branch_end("model.23"));
}

TEST(LaterFamilies, YoloV10HasItsPublishedSize) {
    const Graph graph = test::build_later("yolov10.yaml", "n");
    EXPECT_EQ(statistics(graph, 640).parameters, 2'775'520);
    ASSERT_TRUE(graph.head->one_to_one);
    EXPECT_EQ(graph.head->one_to_one->cls.path, "model.23.one2one_cv3");
    EXPECT_EQ(graph.outputs.size(), 12U);
}

TEST(LaterFamilies, OnlyTheTwinThatAnswersOnceIsLeftForInference) {
    const Graph training = test::build_later("yolov10.yaml", "n");
    const Network network = to_inference(training, test::zero_weights(training));
    const Graph& inference = network.graph;
    EXPECT_FALSE(inference.head->one_to_one);
    EXPECT_EQ(inference.head->box.path, "model.23.one2one_cv2");
    EXPECT_NEAR(static_cast<double>(statistics(inference, 640).parameters), 2.3e6, 0.05e6);
    EXPECT_EQ(network.weights.size(), parameter_shapes(inference).size());
    for (const Node& node : inference.nodes) EXPECT_FALSE(node.name.starts_with("model.23.cv")) << node.name;
}

}  // namespace
}  // namespace yolo::graph

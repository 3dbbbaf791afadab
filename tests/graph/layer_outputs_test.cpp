// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "graph/inference_graph.hpp"
#include "graph/model_spec.hpp"
#include "graph/passes.hpp"

namespace yolo::graph {

namespace {

Shape output_shape(const Graph& graph) {
    return infer_shapes(graph, {2, 3, 64, 64}).at(static_cast<std::size_t>(graph.outputs.at(0)));
}

TEST(EmbeddingGraph, averages_the_layers_in_ascending_order_and_stops) {
    const Graph graph = embedding_graph(test::inference_graph("yolov8n.yaml"), {15, 4, 15});
    ASSERT_EQ(graph.outputs.size(), 1u);
    EXPECT_EQ(output_shape(graph), (Shape{2, 64 + 64}));
    const Node& joined = graph.producer(graph.outputs[0]);
    ASSERT_EQ(joined.inputs.size(), 2u);
    EXPECT_EQ(graph.producer(graph.producer(joined.inputs[0]).inputs[0]).layer, 4);
    EXPECT_EQ(graph.producer(graph.producer(joined.inputs[1]).inputs[0]).layer, 15);
    for (const Node& node : graph.nodes) EXPECT_LE(node.layer, 15) << node.name;
    EXPECT_EQ(graph.layers.size(), 16u);
    EXPECT_FALSE(graph.head.has_value());
}

TEST(EmbeddingGraph, takes_the_layer_before_the_head_when_none_is_named) {
    EXPECT_EQ(output_shape(embedding_graph(test::inference_graph("yolov8n.yaml"), {})), (Shape{2, 256}));
    EXPECT_EQ(output_shape(embedding_graph(test::inference_graph("yolov8n-cls.yaml"), {})), (Shape{2, 256}));
}

TEST(EmbeddingGraph, drops_what_the_layers_do_not_need) {
    const Graph graph = embedding_graph(test::inference_graph("yolov8n.yaml"), {9});
    for (const auto& [name, shape] : parameter_shapes(graph)) EXPECT_LT(name, "model.9.d") << name;
    EXPECT_EQ(graph.value_count, static_cast<int>(graph.nodes.size()));
}

TEST(EmbeddingGraph, refuses_layers_without_a_map) {
    const Graph detect = test::inference_graph("yolov8n.yaml");
    EXPECT_THROW((void)embedding_graph(detect, {22}), UsageError);
    EXPECT_THROW((void)embedding_graph(detect, {23}), UsageError);
    EXPECT_THROW((void)embedding_graph(detect, {-1}), UsageError);
    EXPECT_THROW((void)embedding_graph(test::inference_graph("yolov8n-cls.yaml"), {9}), UsageError);
}

TEST(LayerMaps, come_behind_the_outputs_and_change_nothing_else) {
    const Graph plain = test::inference_graph("yolov8n-seg.yaml");
    const Graph graph = with_layer_maps(plain, std::vector{15, 4});
    ASSERT_EQ(graph.outputs.size(), 4u);
    EXPECT_TRUE(std::equal(plain.outputs.begin(), plain.outputs.end(), graph.outputs.begin()));
    EXPECT_EQ(graph.outputs[2], graph.layers.at(15).output);
    EXPECT_EQ(graph.outputs[3], graph.layers.at(4).output);
    EXPECT_EQ(graph.nodes.size(), plain.nodes.size());
    EXPECT_THROW((void)with_layer_maps(plain, std::vector{22}), UsageError);
    EXPECT_THROW((void)with_layer_maps(plain, std::vector{-1}), UsageError);
}

}  // namespace

}  // namespace yolo::graph

// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "graph/inference_graph.hpp"
#include "graph/model_spec.hpp"
#include "graph/passes.hpp"

namespace yolo::graph {

namespace {

Shape output_shape(const Graph& graph, const Shape& input, std::size_t output = 0) {
    return infer_shapes(graph, input).at(static_cast<std::size_t>(graph.outputs.at(output)));
}

TEST(InferShapes, gives_the_official_output_layouts) {
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n.yaml"), {2, 3, 640, 640}), (Shape{2, 84, 8400}));
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n.yaml"), {1, 3, 480, 640}), (Shape{1, 84, 6300}));
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n-p2.yaml"), {1, 3, 64, 64}),
              (Shape{1, 84, 256 + 64 + 16 + 4}));
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n-pose.yaml"), {1, 3, 640, 640}),
              (Shape{1, 56, 8400}));
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n-obb.yaml"), {1, 3, 64, 64}), (Shape{1, 85, 84}));
    EXPECT_EQ(output_shape(test::inference_graph("yolov8n-cls.yaml"), {3, 3, 224, 224}), (Shape{3, 1000}));
    const Graph seg = test::inference_graph("yolov8n-seg.yaml");
    EXPECT_EQ(output_shape(seg, {1, 3, 640, 320}), (Shape{1, 116, 4200}));
    EXPECT_EQ(output_shape(seg, {1, 3, 640, 320}, 1), (Shape{1, 32, 160, 80}));
}

TEST(InferShapes, gives_every_layer_its_map) {
    const Graph graph = build_graph(read_model_spec("yolov8n.yaml"));
    const auto shapes = infer_shapes(graph, {1, 3, 320, 256});
    const auto of_layer = [&](std::size_t i) {
        return shapes.at(static_cast<std::size_t>(graph.layers[i].output));
    };
    EXPECT_EQ(of_layer(0), (Shape{1, 16, 160, 128}));
    EXPECT_EQ(of_layer(9), (Shape{1, 256, 10, 8}));
    EXPECT_EQ(of_layer(15), (Shape{1, 64, 40, 32}));
    EXPECT_EQ(of_layer(21), (Shape{1, 256, 10, 8}));
}

TEST(InferShapes, names_the_node_that_does_not_fit) {
    const Graph graph = build_graph(read_model_spec("yolov8n.yaml"));
    try {
        (void)infer_shapes(graph, {1, 3, 100, 100});  // not a multiple of the stride
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("model.11 (Concat) does not fit its input"));
    }
    EXPECT_THROW((void)infer_shapes(graph, {1, 1, 64, 64}), Error);
    EXPECT_THROW((void)infer_shapes(graph, {1, 3, 64}), Error);
    EXPECT_THROW((void)infer_shapes(graph, {1, 3, 1 << 30, 1 << 30}), Error);
}

TEST(Graph, finds_the_producer_of_a_value) {
    const Graph graph = build_graph(read_model_spec("yolov8n.yaml"));
    EXPECT_EQ(graph.producer(graph.input()).name, "images");
    EXPECT_EQ(graph.producer(graph.layers[0].output).name, "model.0.act");
    EXPECT_STREQ(op_name(graph.producer(graph.layers[0].output).op), "Silu");
    EXPECT_THROW((void)graph.producer(graph.value_count), Error);
}

}  // namespace

}  // namespace yolo::graph

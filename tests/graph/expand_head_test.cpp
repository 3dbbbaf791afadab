// SPDX-License-Identifier: Apache-2.0
/// \file What the graphs look like that exporters read; that they compute the same is tested with the
/// reference engine (tests/engines/stages_test.cpp).
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"
#include "graph/tiny_network.hpp"
#include "support/message_of.hpp"

namespace yolo::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* files[] = {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-pose.yaml", "yolov8n-obb.yaml",
                                 "yolov8n-cls.yaml"};
constexpr InputSize size{64, 96};

Network exporting(const char* file, std::optional<InputSize> fixed) {
    const Network network = test::tiny_network(file, 3);
    return expand_head(to_inference(network.graph, network.weights), fixed);
}

template <class Op>
std::vector<const Node*> nodes_of(const Graph& graph) {
    std::vector<const Node*> found;
    for (const Node& node : graph.nodes) {
        if (std::holds_alternative<Op>(node.op)) found.push_back(&node);
    }
    return found;
}

Shape output_shape(const Graph& graph, std::size_t output, const Shape& input) {
    return infer_shapes(graph, input).at(static_cast<std::size_t>(graph.outputs.at(output)));
}

TEST(ExpandHead, EveryNodeHasItsOwnNameAndItsWeights) {
    for (const char* file : files) {
        for (const auto& fixed : {std::optional<InputSize>(size), std::optional<InputSize>()}) {
            const Network planar = exporting(file, fixed);
            for (const Network& network : {planar, to_nhwc(planar)}) {
                std::set<std::string> names, weights;
                for (const Node& node : network.graph.nodes)
                    EXPECT_TRUE(names.insert(node.name).second) << file << ": " << node.name;
                EXPECT_TRUE(nodes_of<DecodeHead>(network.graph).empty());
                for (const auto& [name, shape] : parameter_shapes(network.graph)) {
                    ASSERT_TRUE(network.weights.contains(name)) << file << ": " << name;
                    EXPECT_EQ(network.weights.at(name).shape(), shape) << file << ": " << name;
                    weights.insert(name);
                }
                EXPECT_EQ(weights.size(), network.weights.size()) << file << ": weights that nothing needs";
            }
        }
    }
}

TEST(ExpandHead, AFreeSizeLeavesNoNumberThatDependsOnIt) {
    for (const char* file : files) {
        const Graph graph = exporting(file, std::nullopt).graph;
        EXPECT_TRUE(nodes_of<Constant>(graph).empty()) << file;
        for (const Shape& input : {Shape{1, 3, 64, 64}, Shape{3, 3, 32, 96}})
            EXPECT_EQ(output_shape(graph, 0, input)[0], input[0]) << file;
    }
}

TEST(ExpandHead, AFixedSizeComputesNothingFromIt) {
    for (const char* file : files) {
        const Graph graph = exporting(file, size).graph;
        EXPECT_TRUE(nodes_of<CellCenters>(graph).empty()) << file;
        EXPECT_EQ(output_shape(graph, 0, {2, 3, 64, 96})[0], 2) << file;
        EXPECT_THAT(test::message_of([&] {
                        (void)infer_shapes(graph, {1, 3, 64, 64});
                    }),
                    HasSubstr("takes pictures of 64 x 96 only, not 64 x 64"));
    }
}

TEST(ExpandHead, TakesTheInferenceStageOnly) {
    const Network network = test::tiny_network(files[0], 3);
    EXPECT_THAT(test::message_of([&] { (void)expand_head(network, size); }), HasSubstr("inference stage"));
    EXPECT_THAT(test::message_of([&] { (void)to_nhwc(network); }), HasSubstr("exporting stage"));
}

TEST(ToNhwc, PicturesAndMapsAreChannelsLastAndColumnsStay) {
    const Graph planar = exporting("yolov8n-seg.yaml", size).graph;
    const Network moved = to_nhwc(exporting("yolov8n-seg.yaml", size));
    const Shape input = {2, 3, 64, 96};
    EXPECT_THAT(infer_shapes(moved.graph, input).at(0), ElementsAre(2, 64, 96, 3));
    EXPECT_EQ(output_shape(moved.graph, 0, input), output_shape(planar, 0, input));
    EXPECT_THAT(output_shape(planar, 1, input), ElementsAre(2, 32, 16, 24));
    EXPECT_THAT(output_shape(moved.graph, 1, input), ElementsAre(2, 16, 24, 32));
}

/// Nothing moves on the way: columns are turned once, at the very end.
TEST(ToNhwc, DataMoveOnlyForTheOutput) {
    for (const char* file : files) {
        const Graph graph = to_nhwc(exporting(file, size)).graph;
        const auto moves = nodes_of<Transpose>(graph);
        ASSERT_EQ(moves.size(), graph.head ? 1U : 0U) << file;
        for (const Node* node : moves)
            EXPECT_EQ(node->output, graph.outputs[0]) << file << ": " << node->name;
    }
}

}  // namespace
}  // namespace yolo::graph

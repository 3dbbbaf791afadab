// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/model_spec.hpp"

namespace yolo::graph {

namespace {

using testing::ElementsAre;

/// A graph whose row 1 is the given one, of 32 channels.
Graph with_row(const std::string& row) {
    const std::string yaml = fmt::format(
        "{{nc: 2, backbone: [[-1, 1, Conv, [32, 3, 2]], {}], head: [[-1, 1, Classify, [nc]]]}}", row);
    return build_graph({parse_yaml(yaml, "test.yaml"), "", "test.yaml"});
}

const Node& node(const Graph& graph, const std::string& name) {
    for (const Node& candidate : graph.nodes) {
        if (candidate.name == name) return candidate;
    }
    throw std::runtime_error("no node " + name);
}

/// Names of the nodes that a node reads.
std::vector<std::string> inputs_of(const Graph& graph, const std::string& name) {
    std::vector<std::string> names;
    for (const ValueId value : node(graph, name).inputs) names.push_back(graph.producer(value).name);
    return names;
}

TEST(Blocks, c2f_concatenates_every_step) {
    const Graph graph = with_row("[-1, 2, C2f, [32, True]]");
    EXPECT_THAT(inputs_of(graph, "model.1.concat"),
                ElementsAre("model.1.split.0", "model.1.split.1", "model.1.m.0.add", "model.1.m.1.add"));
    EXPECT_THAT(inputs_of(graph, "model.1.m.0.add"), ElementsAre("model.1.split.1", "model.1.m.0.cv2.act"));
    EXPECT_THAT(inputs_of(graph, "model.1.m.1.cv1.conv"), ElementsAre("model.1.m.0.add"));
    EXPECT_EQ(std::get<Conv>(node(graph, "model.1.cv2.conv").op).in_channels, 64);
    const auto& first = std::get<Slice>(node(graph, "model.1.split.0").op);
    EXPECT_THAT((std::vector{first.begin, first.end}), ElementsAre(0, 16));
}

TEST(Blocks, c2f_adds_only_with_a_shortcut) {
    const Graph graph = with_row("[-1, 1, C2f, [32]]");
    EXPECT_THAT(inputs_of(graph, "model.1.concat"),
                ElementsAre("model.1.split.0", "model.1.split.1", "model.1.m.0.cv2.act"));
}

TEST(Blocks, c2_sends_the_first_half_through_the_chain) {
    const Graph graph = with_row("[-1, 2, C2, [32, False]]");
    EXPECT_THAT(inputs_of(graph, "model.1.m.0.cv1.conv"), ElementsAre("model.1.split.0"));
    EXPECT_THAT(inputs_of(graph, "model.1.concat"), ElementsAre("model.1.m.1.cv2.act", "model.1.split.1"));
}

TEST(Blocks, c3_has_two_ways_from_its_input) {
    const Graph graph = with_row("[-1, 1, C3, [32]]");
    EXPECT_THAT(inputs_of(graph, "model.1.cv2.conv"), ElementsAre("model.0.act"));
    EXPECT_THAT(inputs_of(graph, "model.1.concat"), ElementsAre("model.1.m.0.add", "model.1.cv2.act"));
    EXPECT_EQ(std::get<Conv>(node(graph, "model.1.m.0.cv1.conv").op).kernel, 1);
    EXPECT_EQ(std::get<Conv>(node(graph, "model.1.m.0.cv2.conv").op).kernel, 3);
}

TEST(Blocks, ghost_conv_makes_half_of_its_maps_from_the_other) {
    const Graph graph = with_row("[-1, 1, GhostConv, [32, 3, 2]]");
    EXPECT_THAT(inputs_of(graph, "model.1.concat"), ElementsAre("model.1.cv1.act", "model.1.cv2.act"));
    EXPECT_THAT(inputs_of(graph, "model.1.cv2.conv"), ElementsAre("model.1.cv1.act"));
    const auto& cheap = std::get<Conv>(node(graph, "model.1.cv2.conv").op);
    EXPECT_THAT((std::vector{cheap.kernel, cheap.stride, cheap.padding, cheap.groups}),
                ElementsAre(5, 1, 2, 16));
}

TEST(Blocks, ghost_bottleneck_adds_its_input_or_a_shrunk_one) {
    const Graph same = with_row("[-1, 1, GhostBottleneck, [32]]");
    EXPECT_THAT(inputs_of(same, "model.1.add"), ElementsAre("model.0.act", "model.1.conv.2.concat"));
    EXPECT_THAT(inputs_of(same, "model.1.conv.2.concat"),
                ElementsAre("model.1.conv.2.cv1.bn", "model.1.conv.2.cv2.bn"));

    const Graph half = with_row("[-1, 1, GhostBottleneck, [64, 3, 2]]");
    EXPECT_THAT(inputs_of(half, "model.1.add"),
                ElementsAre("model.1.shortcut.1.bn", "model.1.conv.2.concat"));
    EXPECT_THAT(inputs_of(half, "model.1.conv.2.cv1.conv"), ElementsAre("model.1.conv.1.bn"));
    EXPECT_EQ(std::get<Conv>(node(half, "model.1.conv.1.conv").op).groups, 32);
    EXPECT_EQ(std::get<Conv>(node(half, "model.1.shortcut.0.conv").op).stride, 2);
}

TEST(Blocks, sppf_chains_three_pools) {
    const Graph graph = with_row("[-1, 1, SPPF, [32, 5]]");
    EXPECT_THAT(inputs_of(graph, "model.1.concat"),
                ElementsAre("model.1.cv1.act", "model.1.m.0", "model.1.m.1", "model.1.m.2"));
    EXPECT_THAT(inputs_of(graph, "model.1.m.2"), ElementsAre("model.1.m.1"));
    EXPECT_EQ(std::get<MaxPool>(node(graph, "model.1.m.0").op).padding, 2);
}

TEST(Blocks, concat_keeps_the_order_of_its_list) {
    const Graph graph = with_row("[-1, 1, Conv, [8]], [[0, -1], 1, Concat, [1]]");
    EXPECT_THAT(inputs_of(graph, "model.2"), ElementsAre("model.0.act", "model.1.act"));
}

TEST(Blocks, segment_makes_prototypes_from_the_first_level) {
    const Graph graph = build_graph(read_model_spec("yolov8n-seg.yaml"));
    EXPECT_THAT(inputs_of(graph, "model.22.proto.cv1.conv"), ElementsAre("model.15.cv2.act"));
    EXPECT_THAT(inputs_of(graph, "model.22.proto.upsample"), ElementsAre("model.22.proto.cv1.act"));
    EXPECT_THAT(inputs_of(graph, "model.22.proto.cv2.conv"), ElementsAre("model.22.proto.upsample"));
    EXPECT_THAT(inputs_of(graph, "model.22.cv4.2.0.conv"), ElementsAre("model.21.cv2.act"));
}

}  // namespace

}  // namespace yolo::graph

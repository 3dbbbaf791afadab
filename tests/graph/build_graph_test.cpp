// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "graph/blocks/table.hpp"
#include "graph/model_spec.hpp"
#include "graph/passes.hpp"
#include "support/golden.hpp"

namespace yolo::graph {

namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

Graph build(const std::string& file, const BuildOptions& options = {}) {
    return build_graph(read_model_spec(file), options);
}

Graph build_text(const std::string& yaml) {
    return build_graph({parse_yaml(yaml, "test.yaml"), "", "test.yaml"});
}

std::vector<std::string> names_in(const Graph& graph, int layer) {
    std::vector<std::string> names;
    for (const Node& node : graph.nodes) {
        if (node.layer == layer) names.push_back(node.name);
    }
    return names;
}

TEST(BuildGraph, names_nodes_by_module_path_in_order_of_execution) {
    const Graph graph = build("yolov8n.yaml");
    EXPECT_EQ(graph.name, "YOLOv8n");
    EXPECT_THAT(names_in(graph, -1), ElementsAre("images"));
    EXPECT_THAT(names_in(graph, 0), ElementsAre("model.0.conv", "model.0.bn", "model.0.act"));
    EXPECT_THAT(
        names_in(graph, 2),
        ElementsAre("model.2.cv1.conv", "model.2.cv1.bn", "model.2.cv1.act", "model.2.split.0",
                    "model.2.split.1", "model.2.m.0.cv1.conv", "model.2.m.0.cv1.bn", "model.2.m.0.cv1.act",
                    "model.2.m.0.cv2.conv", "model.2.m.0.cv2.bn", "model.2.m.0.cv2.act", "model.2.m.0.add",
                    "model.2.concat", "model.2.cv2.conv", "model.2.cv2.bn", "model.2.cv2.act"));
    EXPECT_THAT(names_in(graph, 22),
                IsSupersetOf({"model.22.cv2.0.0.conv", "model.22.cv2.2.2", "model.22.cv3.1.1.bn"}));
}

TEST(BuildGraph, names_are_unique_and_values_numbered_in_order) {
    for (const char* file :
         {"yolov8n-seg.yaml", "yolov8m-p6.yaml", "yolov8n-ghost.yaml", "yolov8x-cls.yaml"}) {
        const Graph graph = build(file);
        std::set<std::string> names;
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            const Node& node = graph.nodes[i];
            EXPECT_TRUE(names.insert(node.name).second) << node.name;
            EXPECT_EQ(node.output, static_cast<int>(i));
            for (const ValueId input : node.inputs) EXPECT_LT(input, node.output);
        }
        EXPECT_EQ(graph.value_count, static_cast<int>(graph.nodes.size()));
    }
}

TEST(BuildGraph, layer_table_is_the_one_users_know) {
    const Graph graph = build("yolov8n.yaml");
    ASSERT_EQ(graph.layers.size(), 23u);
    EXPECT_EQ(graph.layers[0].arguments, "[3, 16, 3, 2]");
    EXPECT_EQ(graph.layers[0].parameters, 464);
    EXPECT_EQ(graph.layers[4].arguments, "[64, 64, 2, True]");
    EXPECT_EQ(graph.layers[4].repeats, 2);
    EXPECT_EQ(graph.layers[9].arguments, "[256, 256, 5]");
    EXPECT_EQ(graph.layers[10].type, "Upsample");
    EXPECT_EQ(graph.layers[10].arguments, "[None, 2, 'nearest']");
    EXPECT_THAT(graph.layers[11].from, ElementsAre(-1, 6));
    EXPECT_EQ(graph.layers[22].arguments, "[80, [64, 128, 256]]");
    EXPECT_EQ(graph.layers[22].parameters, 897664);
    EXPECT_EQ(graph.layers[22].output, -1);
    EXPECT_EQ(build("yolov8m-seg.yaml").layers[22].arguments, "[80, 32, 192, [192, 384, 576]]");
    EXPECT_EQ(build("yolov8n-pose.yaml").layers[22].arguments, "[1, [17, 3], [64, 128, 256]]");
}

TEST(BuildGraph, finds_the_strides) {
    EXPECT_THAT(build("yolov8n.yaml").head->decode.strides, ElementsAre(8, 16, 32));
    EXPECT_THAT(build("yolov8s-p2.yaml").head->decode.strides, ElementsAre(4, 8, 16, 32));
    const Graph p6 = build("yolov8s-p6.yaml");
    EXPECT_THAT(p6.head->decode.strides, ElementsAre(8, 16, 32, 64));
    EXPECT_EQ(p6.max_stride, 64);
    EXPECT_EQ(build("yolov8n-cls.yaml").max_stride, 1);
}

TEST(BuildGraph, heads_say_what_they_add) {
    const Graph seg = build("yolov8n-seg.yaml");
    EXPECT_EQ(seg.task, Task::segment);
    EXPECT_EQ(seg.head->decode.extra, HeadExtra::mask_coefficients);
    EXPECT_EQ(seg.head->decode.extra_channels, 32);
    ASSERT_TRUE(seg.head->proto.has_value());
    EXPECT_EQ(seg.outputs.size(), 10u);
    const auto shapes = infer_shapes(seg, {2, 3, 64, 96});
    EXPECT_EQ(shapes.at(static_cast<std::size_t>(*seg.head->proto)), (Shape{2, 32, 16, 24}));

    const Graph obb = build("yolov8n-obb.yaml", {.class_count = 15});
    EXPECT_EQ(obb.task, Task::obb);
    EXPECT_EQ(obb.head->decode.extra, HeadExtra::angle);
    EXPECT_EQ(obb.head->decode.extra_channels, 1);
    EXPECT_EQ(obb.class_count, 15);

    const Graph cls = build("yolov8n-cls.yaml");
    EXPECT_EQ(cls.task, Task::classify);
    EXPECT_FALSE(cls.head.has_value());
}

TEST(BuildGraph, heads_name_their_branches) {
    const Graph graph = build("yolov8s-pose.yaml");
    const Head& head = *graph.head;
    EXPECT_EQ(head.box.path, "model.22.cv2");
    EXPECT_EQ(head.cls.path, "model.22.cv3");
    EXPECT_EQ(head.extra.path, "model.22.cv4");
    EXPECT_THAT(head.cls.last, ElementsAre("model.22.cv3.0.2", "model.22.cv3.1.2", "model.22.cv3.2.2"));
    EXPECT_EQ(head.cls.last[0], class_branch_end(head.name));
    EXPECT_THAT((std::vector{head.box.width, head.cls.width, head.extra.width}), ElementsAre(64, 128, 51));
    EXPECT_THAT(head.input_channels, ElementsAre(128, 256, 512));
    EXPECT_EQ(head.dfl, "model.22.dfl.conv");
    for (const HeadBranch* branch : {&head.box, &head.cls, &head.extra}) {
        for (std::size_t level = 0; level < 3; ++level) {
            const Node& last = graph.producer(branch->maps.at(level));
            EXPECT_EQ(last.name, branch->last.at(level));
            EXPECT_EQ(std::get<Conv>(last.op).in_channels, branch->width);
        }
    }
    EXPECT_EQ(head.maps(), graph.outputs);
}

TEST(BuildGraph, distances_without_distribution_need_no_bins) {
    const Graph graph = build_text(R"(
nc: 3
reg_max: 1
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [[0], 1, Detect, [nc]]
)");
    EXPECT_EQ(graph.head->dfl, "");
    EXPECT_EQ(std::get<Conv>(graph.producer(graph.head->box.maps[0]).op).out_channels, 4);
    std::int64_t parameters = 0;
    for (const auto& [name, shape] : parameter_shapes(graph)) {
        EXPECT_EQ(name.find("dfl"), std::string::npos) << name;
        if (name.ends_with(".weight") || name.ends_with(".bias")) parameters += element_count(shape);
    }
    EXPECT_EQ(statistics(graph, 64).parameters, parameters);
}

TEST(BuildGraph, options_override_the_description) {
    const Graph pose = build("yolov8n-pose.yaml", {.class_count = 2, .kpt_shape = {{5, 2}}});
    EXPECT_EQ(pose.head->decode.kpt_shape, (std::array<int, 2>{5, 2}));
    EXPECT_EQ(pose.head->decode.extra_channels, 10);
    EXPECT_EQ(pose.class_count, 2);
    const Graph grey = build("yolov8n.yaml", {.channels = 1});
    EXPECT_EQ(std::get<Conv>(grey.nodes[1].op).in_channels, 1);
}

TEST(BuildGraph, classification_keeps_the_frameworks_norm_constants) {
    const auto norm = [](const Graph& graph) { return std::get<BatchNorm>(graph.nodes.at(2).op); };
    EXPECT_EQ(norm(build("yolov8n.yaml")).eps, 1e-3);
    EXPECT_EQ(norm(build("yolov8n.yaml")).momentum, 0.03);
    EXPECT_EQ(norm(build("yolov8n-cls.yaml")).eps, 1e-5);
    EXPECT_EQ(norm(build("yolov8n-cls.yaml")).momentum, 0.1);
}

TEST(BuildGraph, rounds_repeats_half_to_even) {
    const std::string depth = "nc: 1\ndepth_multiple: 0.5\nwidth_multiple: 1\nbackbone: [[-1, ";
    const auto repeats = [&depth](const char* n) {
        return build_text(depth + n + ", C2f, [16]]]\nhead: [[-1, 1, Classify, [nc]]]").layers[0].repeats;
    };
    EXPECT_EQ(repeats("1"), 1);
    EXPECT_EQ(repeats("2"), 1);
    EXPECT_EQ(repeats("3"), 2);  // 1.5
    EXPECT_EQ(repeats("5"), 2);  // 2.5
    EXPECT_EQ(repeats("7"), 4);  // 3.5
}

TEST(BuildGraph, repeats_a_plain_block_in_a_sequence) {
    const Graph graph = build_text(
        "{nc: 1, backbone: [[-1, 1, Conv, [16, 3, 2]], [-1, 2, Bottleneck, [16]]],"
        " head: [[-1, 1, Classify, [nc]]]}");
    EXPECT_THAT(names_in(graph, 1),
                IsSupersetOf({"model.1.0.cv1.conv", "model.1.0.add", "model.1.1.cv2.bn"}));
}

TEST(BuildGraph, builds_every_block_of_the_table) {
    const Graph graph = build_text(R"(
nc: 3
activation: nn.ReLU()
backbone:
  - [-1, 1, Conv, [16, 3, 2, None, 1, 2, False]]
  - [-1, 1, DWConv, [32, 3, 2]]
  - [-1, 1, GhostConv, [32, 3, 1]]
  - [-1, 1, GhostBottleneck, [48, 3, 2]]
  - [-1, 2, C3, [48]]
  - [-1, 2, C3Ghost, [48]]
  - [-1, 1, C2, [48, False]]
  - [-1, 1, C2f, [48, True, 1, 0.25]]
  - [-1, 1, Bottleneck, [64, False]]
  - [-1, 1, SPPF, [64, 3]]
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
head:
  - [[11, 9], 1, OBB, [nc, 1]]
)");
    std::vector<std::string_view> built, blocks;
    for (const Layer& layer : graph.layers) {
        if (!find_block_type(layer.type).is_head()) built.push_back(layer.type);
    }
    for (const BlockType& block : block_types()) {
        if (!block.is_head()) blocks.push_back(block.name);  // heads: heads_say_what_they_add
    }
    EXPECT_THAT(built, UnorderedElementsAreArray(blocks));
    EXPECT_THAT(graph.head->decode.strides, ElementsAre(4, 8));
    EXPECT_EQ(std::get<Conv>(graph.nodes[1].op).dilation, 2);
    EXPECT_EQ(std::get<Conv>(graph.nodes[1].op).padding, 2);
    EXPECT_THAT(names_in(graph, 0), ElementsAre("model.0.conv", "model.0.bn"));
    const auto is_relu = [](const Node& node) { return std::holds_alternative<Relu>(node.op); };
    EXPECT_TRUE(std::any_of(graph.nodes.begin(), graph.nodes.end(), is_relu));
}

/// The reference lists the gradient norm of every trainable parameter in the order of its modules.
TEST(BuildGraph, names_and_orders_parameters_as_the_reference_does) {
    YOLO_REQUIRE_GOLDEN("model");
    const std::map<std::string, std::string> suffix = {
        {"detect", ""}, {"segment", "-seg"}, {"pose", "-pose"}, {"obb", "-obb"}, {"classify", "-cls"}};
    for (const auto& folder : std::filesystem::directory_iterator(test::golden_dir() / "model")) {
        const auto task = suffix.find(folder.path().filename().string());
        const auto file = folder.path() / "train_batch.json";
        if (task == suffix.end() || !std::filesystem::exists(file)) continue;
        const Json golden = parse_json(read_text(file), file.string());
        std::vector<std::string> expected, actual;
        for (const auto& [name, norm] : golden["grad_norm"].items()) expected.push_back(name);
        for (const auto& [name, shape] : parameter_shapes(build("yolov8n" + task->second + ".yaml"))) {
            const bool trained = name.ends_with(".weight") || name.ends_with(".bias");
            if (trained && !name.ends_with(".dfl.conv.weight")) actual.push_back(name);
        }
        EXPECT_EQ(actual, expected) << file;
    }
}

}  // namespace

}  // namespace yolo::graph

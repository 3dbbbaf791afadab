// SPDX-License-Identifier: Apache-2.0
#include "train/network_program.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "checkpoint/checkpoint.hpp"

namespace yolo::train {
namespace {

using SharedId = std::shared_ptr<int>;

constexpr const char* networks[] = {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-cls.yaml"};

TEST(NetworkProgram, EachNodeRunsOnceInItsOrder) {
    for (const char* file : networks) {
        const graph::Graph graph = checkpoint::load(file).graph;
        std::set<const graph::Node*> ran;
        std::size_t pairs = 0, splits = 0;
        for (const Step& step : make_steps(graph)) {
            for (const graph::Node* node : step.nodes) EXPECT_TRUE(ran.insert(node).second) << node->name;
            pairs += step.kind == Step::Kind::batch_norm_silu ? 1 : 0;
            splits += step.kind == Step::Kind::split ? 1 : 0;
        }
        EXPECT_EQ(ran.size() + 1, graph.nodes.size()) << file << ": all but the input";
        const auto count = [&]<class Op>(Op) {
            return static_cast<std::size_t>(std::ranges::count_if(
                graph.nodes, [](const graph::Node& node) { return std::holds_alternative<Op>(node.op); }));
        };
        EXPECT_EQ(pairs, count(graph::BatchNorm{})) << file << ": every normalisation has its SiLU";
        EXPECT_EQ(2 * splits, count(graph::Slice{})) << file << ": every C2f halves its map";
    }
}

/// What a step reads is there, what no later one reads is gone, and at the end only the outputs are left.
TEST(NetworkProgram, ValuesLiveAsLongAsTheyAreNeeded) {
    for (const char* file : networks) {
        graph::Graph graph = checkpoint::load(file).graph;
        const auto is_silu = [](const graph::Node& node) {
            return std::holds_alternative<graph::Silu>(node.op);
        };
        graph.outputs.push_back(std::ranges::find_if(graph.nodes, is_silu)->output);  // and read by others
        const std::vector<Step> steps = make_steps(graph);
        std::vector<SharedId> values(static_cast<std::size_t>(graph.value_count));
        values[static_cast<std::size_t>(graph.input())] = std::make_shared<int>(graph.input());
        for (std::size_t at = 0; at < steps.size(); ++at) {
            run_step(steps[at], values, [&](const Step& step, const std::vector<SharedId>& in) {
                EXPECT_EQ(in.size(), step.inputs.size());
                for (std::size_t i = 0; i < in.size(); ++i) {
                    if (in[i] == nullptr) {
                        ADD_FAILURE() << file << " step " << at << ": an input is gone";
                        continue;
                    }
                    EXPECT_EQ(*in[i], step.inputs[i]);
                    const bool last = std::ranges::count(step.last_uses, step.inputs[i]) == 1;
                    EXPECT_EQ(in[i].use_count() > 1, !last) << file << " step " << at;
                }
                std::vector<SharedId> out;
                for (const graph::ValueId id : step.outputs) out.push_back(std::make_shared<int>(id));
                return out;
            });
        }
        for (int id = 0; id < graph.value_count; ++id) {
            const bool is_output = std::ranges::count(graph.outputs, id) == 1;
            EXPECT_EQ(values[static_cast<std::size_t>(id)] != nullptr, is_output) << file << " value " << id;
        }
    }
}

}  // namespace
}  // namespace yolo::train

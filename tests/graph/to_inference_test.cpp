// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "graph/model_spec.hpp"
#include "graph/passes.hpp"
#include "graph/weights_for.hpp"

namespace yolo::graph {

namespace {

using Map = std::vector<double>;  // (C, H, W)

const float* values(const Weights& weights, const std::string& name) {
    return weights.at(name).values<float>().data();
}

Map convolve(const Node& node, const Weights& weights, const Map& x, const Shape& from, const Shape& to) {
    const auto& conv = std::get<Conv>(node.op);
    const float* kernel = values(weights, node.name + ".weight");
    const auto inputs = conv.in_channels / conv.groups, outputs = conv.out_channels / conv.groups;
    Map y(static_cast<std::size_t>(element_count(to)));
    std::size_t next = 0;
    for (int o = 0; o < conv.out_channels; ++o) {
        for (int row = 0; row < to[2]; ++row) {
            for (int column = 0; column < to[3]; ++column) {
                double sum = conv.bias ? double{values(weights, node.name + ".bias")[o]} : 0.0;
                for (int i = 0; i < inputs * conv.kernel * conv.kernel; ++i) {
                    const int kx = i % conv.kernel, ky = i / conv.kernel % conv.kernel;
                    const int channel = o / outputs * inputs + i / conv.kernel / conv.kernel;
                    const int in_row = row * conv.stride - conv.padding + ky * conv.dilation;
                    const int in_column = column * conv.stride - conv.padding + kx * conv.dilation;
                    if (in_row < 0 || in_row >= from[2] || in_column < 0 || in_column >= from[3]) continue;
                    const auto at = (channel * from[2] + in_row) * from[3] + in_column;
                    sum +=
                        x[static_cast<std::size_t>(at)] * kernel[o * inputs * conv.kernel * conv.kernel + i];
                }
                y[next++] = sum;
            }
        }
    }
    return y;
}

Map normalise(const Node& node, const Weights& weights, Map x) {
    const auto& norm = std::get<BatchNorm>(node.op);
    const std::size_t area = x.size() / static_cast<std::size_t>(norm.channels);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = i / area;
        const double deviation = std::sqrt(values(weights, node.name + ".running_var")[c] + norm.eps);
        x[i] = (x[i] - values(weights, node.name + ".running_mean")[c]) / deviation;
        x[i] = x[i] * values(weights, node.name + ".weight")[c] + values(weights, node.name + ".bias")[c];
    }
    return x;
}

/// Runs a chain of Conv, BatchNorm and Silu up to the output of the given layer, as their definitions say, in
/// double.
Map run_chain(const Graph& graph, const Weights& weights, const Map& picture, const Shape& shape,
              int last_layer) {
    const auto shapes = infer_shapes(graph, shape);
    Map x = picture;
    for (const Node& node : graph.nodes) {
        if (node.layer < 0 || node.layer > last_layer) continue;
        if (std::holds_alternative<Conv>(node.op)) {
            x = convolve(node, weights, x, shapes.at(static_cast<std::size_t>(node.inputs[0])),
                         shapes.at(static_cast<std::size_t>(node.output)));
        } else if (std::holds_alternative<BatchNorm>(node.op)) {
            x = normalise(node, weights, std::move(x));
        } else {
            for (double& value : x) value = value / (1 + std::exp(-value));
        }
    }
    return x;
}

constexpr const char* chain = R"(
nc: 5
backbone:
  - [-1, 1, Conv, [24, 3, 2]]
  - [-1, 1, DWConv, [48, 5, 1]]
  - [-1, 1, Conv, [16, 3, 1, None, 8, 2]]
  - [-1, 1, Conv, [8, 2, 2, 0, 1, 1, False]]
head:
  - [-1, 1, Classify, [nc]]
)";

TEST(ToInference, folding_does_not_change_the_numbers) {
    const Graph graph = build_graph({parse_yaml(chain, "chain.yaml"), "", "chain.yaml"});
    const Weights weights = test::random_weights(graph, 7);
    const Network network = to_inference(graph, weights);

    const Shape shape = {1, 3, 13, 18};
    Map picture(static_cast<std::size_t>(element_count(shape)));
    for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<double>(i * 7 % 256) / 255;
    const Map before = run_chain(graph, weights, picture, shape, 3);
    const Map after = run_chain(network.graph, network.weights, picture, shape, 3);
    ASSERT_EQ(after.size(), before.size());
    double largest = 0;
    for (const double value : before) largest = std::max(largest, std::abs(value));
    ASSERT_GT(largest, 0.1);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i], before[i], 1e-5 * largest) << i;
}

TEST(ToInference, leaves_no_norm_and_no_dropout_and_numbers_values_in_order) {
    for (const char* file :
         {"yolov8n.yaml", "yolov8n-cls.yaml", "yolov8n-ghost-p6.yaml", "yolov8n-seg.yaml"}) {
        const Graph graph = build_graph(read_model_spec(file));
        const Network network = to_inference(graph, test::zero_weights(graph));
        EXPECT_TRUE(network.graph.stage == Stage::inference);
        for (std::size_t i = 0; i < network.graph.nodes.size(); ++i) {
            const Node& node = network.graph.nodes[i];
            EXPECT_EQ(node.output, static_cast<int>(i));
            EXPECT_FALSE(std::holds_alternative<BatchNorm>(node.op)) << node.name;
            EXPECT_FALSE(std::holds_alternative<Dropout>(node.op)) << node.name;
            const auto* conv = std::get_if<Conv>(&node.op);
            EXPECT_TRUE(conv == nullptr || conv->bias) << node.name;
        }
        for (const auto& [name, shape] : parameter_shapes(network.graph)) {
            ASSERT_TRUE(network.weights.contains(name)) << name;
            EXPECT_EQ(network.weights.at(name).shape(), shape) << name;
            EXPECT_EQ(network.weights.at(name).dtype(), DType::f32) << name;
        }
        EXPECT_EQ(network.weights.size(), parameter_shapes(network.graph).size());
    }
}

TEST(ToInference, decodes_the_head_last) {
    const Graph graph = build_graph(read_model_spec("yolov8n-seg.yaml"));
    const Graph inference = to_inference(graph, test::zero_weights(graph)).graph;
    ASSERT_EQ(inference.outputs.size(), 2u);
    const Node& decode = inference.producer(inference.outputs[0]);
    EXPECT_EQ(decode.name, "model.22");
    ASSERT_TRUE(std::holds_alternative<DecodeHead>(decode.op));
    ASSERT_EQ(decode.inputs.size(), 9u);
    EXPECT_EQ(inference.producer(decode.inputs[0]).name, "model.22.cv2.0.2");
    EXPECT_EQ(inference.producer(decode.inputs[4]).name, "model.22.cv3.1.2");
    EXPECT_EQ(inference.producer(decode.inputs[8]).name, "model.22.cv4.2.2");
    EXPECT_EQ(inference.producer(inference.outputs[1]).name, "model.22.proto.cv3.act");
    EXPECT_EQ(inference.producer(inference.layers[4].output).name, "model.4.cv2.act");

    const Graph classify = build_graph(read_model_spec("yolov8n-cls.yaml"));
    const Graph probabilities = to_inference(classify, test::zero_weights(classify)).graph;
    EXPECT_TRUE(std::holds_alternative<Softmax>(probabilities.producer(probabilities.outputs.at(0)).op));
}

TEST(ToInference, says_which_weight_is_missing_or_of_another_shape) {
    const Graph graph = build_graph(read_model_spec("yolov8n.yaml"));
    const auto message = [&graph](const Weights& weights) -> std::string {
        try {
            (void)to_inference(graph, weights);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    Weights weights = test::zero_weights(graph);
    weights.erase("model.3.bn.running_var");
    EXPECT_THAT(message(weights), testing::HasSubstr("no 'model.3.bn.running_var'"));
    weights = test::zero_weights(graph);
    weights["model.22.cv2.0.2.bias"] = Tensor::allocate(DType::f32, {3});
    EXPECT_THAT(message(weights),
                testing::HasSubstr("'model.22.cv2.0.2.bias' in shape (3) where the model needs (64)"));
    weights = test::zero_weights(graph);
    EXPECT_THROW((void)to_inference(to_inference(graph, weights).graph, weights), Error);
}

}  // namespace

}  // namespace yolo::graph

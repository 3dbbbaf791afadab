// SPDX-License-Identifier: Apache-2.0
#include "export/common/quantization.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "export/common/calibration.hpp"
#include "export/common/layer_noise.hpp"
#include "graph/model_spec.hpp"
#include "graph/weights_for.hpp"

namespace yolo::test {
namespace {

using namespace exports;
using ::testing::ElementsAre;

TEST(Ranges, OfSixteenBitsIsAsFarBelowZeroAsAbove) {
    const Range range = wide_range_around(-2, 1);
    EXPECT_TRUE(range.wide());
    EXPECT_EQ(range.low, -2);
    EXPECT_EQ(range.high, 2);
    EXPECT_EQ(range.signed_zero_point(), 0);
    EXPECT_FLOAT_EQ(range.scale(), 2.0F / 32767);
    EXPECT_EQ(range_around(-1, 254).signed_zero_point(), -127);
    const QuantizedLayer layer =
        quantize_layer(Tensor::from({1, 1}, std::vector<float>{127}),
                       Tensor::from({1}, std::vector<float>{4}), 0, wide_range_around(0, 1));
    EXPECT_EQ(integer_bias(layer, wide_range_around(0, 1)).values<std::int64_t>()[0], 4 * 32767);
}

TEST(Ranges, HaveZeroAsAStep) {
    EXPECT_EQ(range_around(0.5F, 2.55F).low, 0);
    EXPECT_NEAR(range_around(0.5F, 2.55F).scale(), 0.01, 1e-6);
    EXPECT_EQ(range_around(-3, -1).high, 0);
    EXPECT_EQ(range_around(-3, -1).zero_point(), 255);
    for (const auto& [low, high] : {std::pair{-1.0F, 1.0F}, {-0.278F, 7.3F}, {0.0F, 0.0F}, {-1e-5F, 80.0F}}) {
        const Range range = range_around(low, high);
        EXPECT_GT(range.scale(), 0);
        EXPECT_NEAR(range.low, -static_cast<float>(range.zero_point()) * range.scale(), 1e-6);
        EXPECT_NEAR(range.low, low, range.scale() / 2 + 1e-6);
        EXPECT_NEAR(range.high, high, range.scale() / 2 + 1e-6);
    }
}

TEST(Ranges, RoundToTheNearestStepAndCutAtTheEnds) {
    const Range range = range_around(-1, 254);  // steps of 1
    const Tensor rounded =
        rounded_to(Tensor::from({5}, std::vector<float>{-7, -0.6F, 0.4F, 99.6F, 300}), range);
    EXPECT_THAT(rounded.values<float>(), ElementsAre(-1, -1, 0, 100, 254));
}

TEST(QuantizedLayers, HaveAScaleForEachOutputChannel) {
    const Tensor weight = Tensor::from({2, 2, 1, 1}, std::vector<float>{1.27F, -0.5F, 0, -0.127F});
    const Tensor bias = Tensor::from({2}, std::vector<float>{1, -2});
    const Range input = range_around(0, 2.55F);
    const QuantizedLayer layer = quantize_layer(weight, bias, 0, input);
    ASSERT_EQ(layer.scales.size(), 2U);
    EXPECT_NEAR(layer.scales[0], 0.01, 1e-6);
    EXPECT_NEAR(layer.scales[1], 0.001, 1e-7);
    EXPECT_THAT(layer.weight.values<std::int8_t>(), ElementsAre(127, -50, 0, -127));
    EXPECT_THAT(integer_bias(layer, input).values<std::int32_t>(), ElementsAre(10000, -200000));
}

TEST(QuantizedLayers, OfTransposedConvolutionsGoByTheSecondAxis) {
    const Tensor weight = Tensor::from({2, 2, 1, 1}, std::vector<float>{1.27F, 0.127F, -0.5F, 0.05F});
    const QuantizedLayer layer = quantize_layer(weight, {}, 1, {0, 1});
    EXPECT_THAT(layer.weight.values<std::int8_t>(), ElementsAre(127, 127, -50, 50));
    const Tensor floats = dequantized(layer);
    const auto back = floats.values<float>();
    for (std::size_t i = 0; i < back.size(); ++i) EXPECT_NEAR(back[i], weight.values<float>()[i], 1e-6);
}

TEST(QuantizedLayers, AreCoarserWhereTheirBiasWouldNotFit) {
    const Tensor weight = Tensor::from({2, 1, 1, 1}, std::vector<float>{1e-9F, 0});
    const Tensor bias = Tensor::from({2}, std::vector<float>{50, 0});
    const Range input = range_around(0, 1);
    const QuantizedLayer layer = quantize_layer(weight, bias, 0, input);
    const Tensor integers = integer_bias(layer, input);
    EXPECT_NEAR(integers.values<std::int32_t>()[0], 1 << 30, 1 << 8);
    EXPECT_EQ(integers.values<std::int32_t>()[1], 0);
}

graph::Network network_of(const char* name) {
    const graph::Graph graph = graph::build_graph(graph::read_model_spec(name));
    return graph::to_inference(graph, random_weights(graph, 1));
}

class Scopes : public ::testing::TestWithParam<const char*> {};

TEST_P(Scopes, HoldEveryLayerItsInputAndNothingOfTheDecoding) {
    const graph::Network network = network_of(GetParam());
    const QuantizationScope scope = quantization_scope(network.graph);
    std::map<graph::ValueId, const ValueGroup*> group_of;
    for (const ValueGroup& group : scope.groups)
        for (const graph::ValueId value : group.values)
            EXPECT_TRUE(group_of.emplace(value, &group).second) << "a value is in two groups";
    std::size_t layers = 0;
    for (const graph::Node& node : network.graph.nodes) {
        const ByteUse use = byte_use(node.op);
        if (use == ByteUse::layer) {
            ++layers;
            EXPECT_TRUE(group_of.contains(node.inputs.at(0))) << node.name;
        }
        if (use != ByteUse::same || !group_of.contains(node.output)) continue;
        for (const graph::ValueId input : node.inputs)
            EXPECT_EQ(group_of[input], group_of[node.output]) << node.name << " joins values of two ranges";
    }
    EXPECT_EQ(scope.layers.size(), layers);
    for (const graph::ValueId output : network.graph.outputs) EXPECT_FALSE(group_of.contains(output));
    EXPECT_THAT(group_of.at(network.graph.input())->values, ElementsAre(network.graph.input()));
    if (!network.graph.head) return;
    for (const graph::ValueId map : network.graph.head->maps())
        EXPECT_FALSE(group_of.contains(map)) << "scores, boxes, keypoints and angles stay float";
}

INSTANTIATE_TEST_SUITE_P(Tasks, Scopes,
                         ::testing::Values("yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-pose.yaml",
                                           "yolov8n-obb.yaml", "yolov8n-cls.yaml", "yolov8n-p2.yaml",
                                           "yolov8-ghost.yaml"),
                         [](const auto& given) {
                             std::string name = given.param;
                             std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                             return name;
                         });

/// Input -> 1x1 convolution -> Silu -> 1x1 convolution.
graph::Network small_network() {
    graph::Network network;
    graph::Graph& graph = network.graph;
    const graph::Conv conv{.in_channels = 2, .out_channels = 2, .bias = true};
    graph.nodes = {{"in", graph::Input{2}, {}, 0, -1},
                   {"a", conv, {0}, 1, -1},
                   {"act", graph::Silu{}, {1}, 2, -1},
                   {"b", conv, {2}, 3, -1}};
    graph.value_count = 4;
    graph.outputs = {3};
    graph.stage = graph::Stage::inference;
    network.weights["a.weight"] = Tensor::from({2, 2, 1, 1}, std::vector<float>{1, 0.3333F, -2, 0.4567F});
    network.weights["b.weight"] = Tensor::from({2, 2, 1, 1}, std::vector<float>{0.1234F, 1, 0.7777F, -3});
    network.weights["a.bias"] = network.weights["b.bias"] =
        Tensor::from({2}, std::vector<float>{0.25F, -0.5F});
    return network;
}

/// Shows the values the same numbers on every picture: value v has channels v + 1 and -20 v.
QuantizationPlan plan_of(const graph::Network& network,
                         const CalibrationOptions& options = {.observer = Observer::minmax}) {
    Calibration calibration(network, options);
    for (std::size_t i = 0; i < calibration.values().size(); ++i) {
        const auto number = static_cast<float>(calibration.values()[i]);
        calibration.see(i, Tensor::from({1, 2, 1, 2}, std::vector<float>{number + 1, number + 1, -20 * number,
                                                                         -20 * number}));
    }
    return calibration.plan();
}

TEST(Calibrations, ChooseRangesByWhatTheySee) {
    const QuantizationPlan plan = plan_of(small_network());
    EXPECT_EQ(plan.values.size(), 3U);
    EXPECT_EQ(plan.range("b"), nullptr) << "the output stays float";
    EXPECT_EQ(plan.range("in")->high, 1) << "pixels are bytes, whatever was seen";
    EXPECT_EQ(plan.range("in")->low, 0);
    EXPECT_NEAR(plan.range("a")->high, 2, 0.05);
    EXPECT_NEAR(plan.range("a")->low, -8, 0.05) << "Silu makes nothing of what lies below";
    EXPECT_NEAR(plan.range("act")->high, 3, 0.1);
    EXPECT_NEAR(plan.range("act")->low, -40, 0.1);
    EXPECT_EQ(plan.layers.size(), 2U);
}

TEST(Calibrations, WithoutAPictureHaveNoPlan) {
    const graph::Network network = small_network();
    EXPECT_THROW(Calibration(network, {}).plan(), Error);
}

TEST(Calibrations, CorrectBiasesByWhatRoundedWeightsLoseOnAverage) {
    const graph::Network network = small_network();
    const auto output = [&](const QuantizationPlan& plan, std::size_t channel) {
        const QuantizedLayer& layer = plan.layers.at("b");
        const Tensor rounded = dequantized(layer);
        const auto weight = rounded.values<float>();
        return weight[2 * channel] * 3 + weight[2 * channel + 1] * -40 + layer.bias.values<float>()[channel];
    };
    const QuantizationPlan corrected = plan_of(network),
                           plain = plan_of(network, {.observer = Observer::minmax, .correct_biases = false});
    const float exact[] = {0.1234F * 3 - 40 + 0.25F, 0.7777F * 3 + 120 - 0.5F};
    for (const std::size_t channel : {0U, 1U}) {
        EXPECT_NEAR(output(corrected, channel), exact[channel], 1e-4);
        EXPECT_GT(std::abs(output(plain, channel) - exact[channel]), 1e-3);
    }
}

TEST(LayerTables, ShowTheNoiseOfEachLayerAlone) {
    const graph::Network network = small_network();
    const QuantizationPlan plan = plan_of(network);
    LayerNoise noise(network, plan, [](graph::Network layer) -> RunLayer {
        const std::string name = layer.graph.nodes.at(1).name;
        const Tensor weight = layer.weights.at(name + ".weight"), bias = layer.weights.at(name + ".bias");
        return [weight, bias](const Tensor& input) {
            const auto w = weight.values<float>(), b = bias.values<float>(), x = input.values<float>();
            return Tensor::from({1, 2, 1, 1}, std::vector<float>{w[0] * x[0] + w[1] * x[1] + b[0],
                                                                 w[2] * x[0] + w[3] * x[1] + b[1]});
        };
    });
    EXPECT_THAT(noise.values(), ElementsAre(0, 2));
    noise.see(0, Tensor::from({1, 2, 1, 1}, std::vector<float>{0.5F, 0.25F}));
    noise.see(1, Tensor::from({1, 2, 1, 1}, std::vector<float>{2, -30}));
    const std::vector<LayerNoiseRow> rows = noise.rows();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_TRUE(rows[0].output);
    EXPECT_FALSE(rows[1].output);
    for (const LayerNoiseRow& row : rows) {
        EXPECT_GT(row.signal_to_noise, 30) << row.name;
        EXPECT_LT(row.signal_to_noise, 80) << row.name;
    }
    const std::string table = as_csv(rows);
    EXPECT_THAT(table, ::testing::StartsWith(csv_header));
    EXPECT_THAT(table, ::testing::HasSubstr("\nb,Conv,"));
    EXPECT_THAT(table, ::testing::HasSubstr(",,,"));
}

}  // namespace
}  // namespace yolo::test

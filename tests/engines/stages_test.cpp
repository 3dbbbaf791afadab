// SPDX-License-Identifier: Apache-2.0
/// \file A network gives the same in every stage; the reference engine runs them all.
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/permute.hpp"
#include "engines/compare.hpp"
#include "graph/families/blocks.hpp"
#include "graph/tiny_network.hpp"

namespace yolo::test {
namespace {

using graph::InputSize;

struct TinyModel {
    const char* file;
    int classes;
};

constexpr TinyModel models[] = {{"yolov8n.yaml", 3},
                                {"yolov8n-seg.yaml", 1},
                                {"yolov8n-pose.yaml", 1},
                                {"yolov8n-obb.yaml", 15},
                                {"yolov8n-cls.yaml", 10}};
constexpr InputSize sizes[] = {{64, 64}, {32, 96}, {96, 96}};

graph::Network inference_stage(const TinyModel& model) {
    const graph::Network network = tiny_network(model.file, model.classes);
    return to_inference(network.graph, network.weights);
}

std::vector<Tensor> run(const graph::Network& network, const engines::Batch& batch) {
    return engines::make_engine("reference", network, {})->run(batch);
}

/// Maps as the other engines give them.
std::vector<Tensor> run_nhwc(const graph::Network& exporting, const engines::Batch& batch) {
    std::vector<Tensor> outputs = run(to_nhwc(exporting), batch);
    for (Tensor& output : outputs) {
        if (output.shape().size() == 4) output = permute(output, {0, 3, 1, 2});
    }
    return outputs;
}

/// Expects equal outputs: each row (n, c) within 1e-5 of the size of its largest value.
void expect_equal(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t o = 0; o < actual.size(); ++o) {
        ASSERT_EQ(actual[o].shape(), expected[o].shape()) << "output " << o;
        const auto left = actual[o].values<float>(), right = expected[o].values<float>();
        const auto channel =
            static_cast<std::size_t>(expected[o].elements() / expected[o].dim(0) / expected[o].dim(1));
        for (std::size_t first = 0; first < left.size(); first += channel) {
            double range = 1, difference = 0;
            for (std::size_t i = first; i < first + channel; ++i) {
                range = std::max(range, std::abs(double{right[i]}));
                const double error = std::abs(double{left[i]} - double{right[i]});
                if (!(error <= difference)) difference = error;  // NaN counts
            }
            EXPECT_LE(difference, 1e-5 * range) << "output " << o << ", channel " << first / channel;
        }
    }
}

class Stages : public testing::TestWithParam<TinyModel> {};

TEST_P(Stages, ExportingGivesWhatInferenceGives) {
    const graph::Network inference = inference_stage(GetParam());
    const graph::Network free = expand_head(inference, std::nullopt);
    std::int64_t count = 1;
    for (const InputSize size : sizes) {
        const engines::Batch batch = random_batch(5, count, size.height, size.width);
        const auto expected = run(inference, batch);
        const graph::Network fixed = expand_head(inference, size);
        expect_equal(run(fixed, batch), expected);
        expect_equal(run(free, batch), expected);
        expect_equal(run_nhwc(fixed, batch), expected);
        expect_equal(run_nhwc(free, batch), expected);
        count = 2;
    }
}

TEST_P(Stages, TrainingGivesTheRawMapsOfInference) {
    const graph::Network training = tiny_network(GetParam().file, GetParam().classes);
    graph::Network raw = inference_stage(GetParam());
    if (raw.graph.head) {
        raw.graph.outputs = raw.graph.head->maps();
        if (raw.graph.head->proto) raw.graph.outputs.push_back(*raw.graph.head->proto);
    } else {
        raw.graph.outputs = raw.graph.producer(raw.graph.outputs.at(0)).inputs;  // before the softmax
    }
    const engines::Batch batch = random_batch(7, 2, 64, 96);
    expect_equal(run(training, batch), run(raw, batch));
}

TEST(LaterFamilies, ExportingGivesWhatInferenceGives) {
    for (const char* file : {"yolo11.yaml", "yolov10.yaml"}) {
        SCOPED_TRACE(file);
        const graph::Graph training = build_later(file, "n");
        const graph::Network inference = to_inference(training, lively_weights(training, 3));
        const graph::Network fixed = expand_head(inference, InputSize{64, 96});
        const graph::Network free = expand_head(inference, std::nullopt);
        const engines::Batch batch = random_batch(5, 2, 64, 96);
        const auto expected = run(inference, batch);
        expect_equal(run(fixed, batch), expected);
        expect_equal(run_nhwc(fixed, batch), expected);
        expect_equal(run_nhwc(free, batch), expected);
    }
}

TEST(StagesOfEngines, OthersTakeTheInferenceStageOnly) {
    const graph::Network training = tiny_network("yolov8n.yaml", 3);
    const graph::Network exporting = expand_head(inference_stage(models[0]), sizes[0]);
    const engines::Batch batch = random_batch(1, 1, sizes[0].height, sizes[0].width);
    for (const graph::Network& network : {training, exporting})
        EXPECT_THROW(engines::make_engine("cpu", network, {})->run(batch), Error);
}

INSTANTIATE_TEST_SUITE_P(Tasks, Stages, testing::ValuesIn(models));

}  // namespace
}  // namespace yolo::test

// SPDX-License-Identifier: Apache-2.0
/// \file A network gives the same in every stage; the reference engine runs them all.
#include <gtest/gtest.h>

#include "engines/compare.hpp"
#include "engines/tiny_network.hpp"

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
constexpr InputSize sizes[] = {{64, 64}, {96, 160}, {128, 128}};

graph::Network inference_stage(const TinyModel& model) {
    const graph::Network network = tiny_network(model.file, model.classes);
    return to_inference(network.graph, network.weights);
}

std::vector<Tensor> run(const graph::Network& network, const engines::Batch& batch) {
    return engines::make_engine("reference", network, {})->run(batch);
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
        expect_equal(run(expand_head(inference, size), batch), expected);
        expect_equal(run(free, batch), expected);
        count = 2;
    }
}

INSTANTIATE_TEST_SUITE_P(Tasks, Stages, testing::ValuesIn(models));

}  // namespace
}  // namespace yolo::test

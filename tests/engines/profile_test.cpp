// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engines/compare.hpp"
#include "engines/small_network.hpp"

namespace yolo::test {
namespace {

using engines::LayerRun;

class Collector : public engines::LayerProfile {
  public:
    void add(LayerRun run) override { runs.push_back(std::move(run)); }
    std::vector<LayerRun> runs;
};

std::int64_t operations_of(const LayerRun& run) {
    std::int64_t sum = 0;
    for (const engines::ProfiledLayer& layer : *run.layers) sum += layer.flops;
    return sum;
}

TEST(EngineProfile, EachPictureGivesARunWithATimeForEachLayer) {
    const graph::Network network = small_network();
    const auto collector = std::make_shared<Collector>();
    const auto engine = engines::make_engine(
        "cpu", network, {.threads = 2, .precision = Precision::fp32, .profile = collector});
    engine->run(random_batch(1, 3, 32, 64));
    engine->run(random_batch(1, 1, 64, 32));
    ASSERT_EQ(collector->runs.size(), 4U);
    for (const LayerRun& run : collector->runs) {
        EXPECT_EQ(run.times.size(), run.layers->size() + 1);
        EXPECT_TRUE(std::ranges::is_sorted(run.times));
        EXPECT_EQ(run.machine.threads, 2);
        EXPECT_GT(run.machine.peak_flops, 1e8);
    }
    EXPECT_EQ(collector->runs[0].layers, collector->runs[2].layers);
    EXPECT_EQ(collector->runs[0].layers->front().output, (Shape{1, 3, 32, 64}));
    EXPECT_EQ(collector->runs[3].layers->front().output, (Shape{1, 3, 64, 32}));
}

TEST(EngineProfile, LayersHaveTheOperationsThatInfoCounts) {
    const graph::Network network = small_network();
    const auto collector = std::make_shared<Collector>();
    const engines::EngineOptions options{.threads = 1, .precision = Precision::fp32, .profile = collector};
    engines::make_engine("cpu", network, options)->run(random_batch(1, 1, 64, 64));
    EXPECT_NEAR(static_cast<double>(operations_of(collector->runs.at(0))) / 1e9,
                graph::statistics(network.graph, 64).gflops, 1e-12);
}

TEST(EngineProfile, LayersHaveTheNamesOfTheGraphsNodesAndWhatIsFused) {
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, 16, 3);
    const auto y = maker.op(graph::Add{}, {x, maker.block(x, 16, 16, 3)});
    const graph::Network network = maker.finish({y});
    const auto collector = std::make_shared<Collector>();
    const engines::EngineOptions options{.threads = 1, .precision = Precision::fp32, .profile = collector};
    engines::make_engine("cpu", network, options)->run(random_batch(1, 1, 8, 8));
    const engines::ProfiledLayers& layers = *collector->runs.at(0).layers;
    ASSERT_EQ(layers.size(), 4U);
    EXPECT_EQ(layers[0].name, "input");
    EXPECT_EQ(layers[1].op, "Conv+Silu");
    EXPECT_TRUE(layers[2].op.starts_with("Conv+Silu+Add")) << layers[2].op;
    EXPECT_EQ(layers[3].name, "output0");
    EXPECT_EQ(layers[2].output, (Shape{1, 16, 8, 8}));
    EXPECT_TRUE(network.weights.contains(layers[2].name + ".weight")) << layers[2].name;
}

TEST(EngineProfile, OutputsAreTheSameWithIt) {
    const graph::Network network = small_network();
    const engines::Batch batch = random_batch(1, 2, 40, 24);
    const auto plain = engines::make_engine("cpu", network, {.threads = 2})->run(batch);
    const engines::EngineOptions options{.threads = 2, .profile = std::make_shared<Collector>()};
    const auto profiled = engines::make_engine("cpu", network, options)->run(batch);
    EXPECT_EQ(largest_error(profiled[0], plain[0]), 0);
}

}  // namespace
}  // namespace yolo::test

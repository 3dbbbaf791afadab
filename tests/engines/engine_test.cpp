// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/processor.hpp"
#include "engines/compare.hpp"
#include "engines/small_network.hpp"
#include "support/message_of.hpp"

namespace yolo::test {
namespace {

using engines::Batch;
using engines::EngineOptions;
using engines::make_engine;

TEST(Engine, OneThreadLikeTwo) {
    expect_like_reference(small_network(), random_batch(1, 1, 48, 40), 1e-4, {1, Precision::fp32});
}

TEST(Engine, SeveralSizesInTurn) {
    const graph::Network network = small_network();
    const auto engine = make_engine("cpu", network, {2, Precision::fp32});
    const auto reference = make_engine("reference", network, {});
    for (int round = 0; round < 2; ++round) {
        for (const auto& [height, width] : {std::pair{32, 32}, {64, 24}, {8, 8}, {40, 56}}) {
            const Batch batch = random_batch(static_cast<unsigned>(height), 1, height, width);
            EXPECT_LE(largest_error(engine->run(batch)[0], reference->run(batch)[0]), 1e-4);
        }
    }
}

TEST(Engine, MoreSizesThanAreKept) {
    const graph::Network network = small_network();
    const auto engine = make_engine("cpu", network, {1, Precision::fp32});
    const Batch batch = random_batch(1, 1, 8, 8);
    const Tensor first = engine->run(batch)[0];
    for (int i = 2; i < 22; ++i) engine->run(random_batch(1, 1, 8, 8 * i));
    EXPECT_EQ(largest_error(engine->run(batch)[0], first), 0);
}

TEST(Engine, ReportsMemory) {
    const auto engine = make_engine("cpu", small_network(), {2, Precision::fp32});
    const engines::EngineReport small = engine->report(32, 32), large = engine->report(64, 64);
    EXPECT_EQ(small.engine(), "cpu");
    EXPECT_EQ(small.instructions().starts_with("avx512"), instruction_set() >= InstructionSet::avx512)
        << small.instructions();
    EXPECT_EQ(make_engine("cpu", small_network(), {2, Precision::bf16})->report(32, 32).precision(),
              processor_has_bf16() ? "bf16" : "fp32");
    EXPECT_GT(small.weight_bytes(), 300000U);
    EXPECT_LT(large.weight_bytes(), small.weight_bytes() + small.weight_bytes() / 2) << "sizes share weights";
    EXPECT_GT(large.arena_bytes(), 3 * small.arena_bytes());
    EXPECT_LT(large.arena_bytes(), 5 * small.arena_bytes());
}

TEST(Engine, EmptyBatch) {
    const auto engine = make_engine("cpu", small_network(), {2, Precision::fp32});
    EXPECT_EQ(engine->run(random_batch(1, 0, 32, 32))[0].dim(0), 0);
}

TEST(Engine, SaysWhatIsWrong) {
    using testing::HasSubstr;
    const graph::Network network = small_network();
    EXPECT_THAT(message_of([&] { make_engine("gpu", network, {}); }),
                HasSubstr("there are: cpu, torch, reference"));
    graph::Network missing = network;
    missing.weights.erase(missing.weights.begin());
    EXPECT_THAT(message_of([&] { make_engine("cpu", missing, {})->run(random_batch(1, 1, 32, 32)); }),
                HasSubstr("no weights"));
    GraphMaker maker;
    const graph::Network norm = maker.finish({maker.op(graph::BatchNorm{3}, {GraphMaker::input})});
    EXPECT_THAT(message_of([&] { make_engine("cpu", norm, {})->run(random_batch(1, 1, 32, 32)); }),
                HasSubstr("BatchNorm"));
}

}  // namespace
}  // namespace yolo::test

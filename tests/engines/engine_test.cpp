// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/processor.hpp"
#include "engines/compare.hpp"

namespace yolo::test {
namespace {

using engines::Batch;
using engines::EngineOptions;
using engines::make_engine;

/// A small network with everything a YOLO has.
graph::Network small_network() {
    GraphMaker maker(11);
    const auto p1 = maker.block(GraphMaker::input, 3, 16, 3, 2);
    const auto p2 = maker.c2f(maker.block(p1, 16, 32, 3, 2), 32, 32, 1);
    const auto p3 = maker.c2f(maker.block(p2, 32, 64, 3, 2), 64, 64, 2);
    const auto up = maker.op(graph::Upsample{2}, {p3});
    const auto n2 = maker.c2f(maker.op(graph::Concat{}, {up, p2}), 96, 32, 1, false);
    std::vector<graph::ValueId> maps;
    for (const int channels : {64, 10}) {
        maps.push_back(maker.conv(maker.block(n2, 32, 64, 3), 64, channels));
        maps.push_back(maker.conv(maker.block(p3, 64, 64, 3), 64, channels));
    }
    return maker.finish(
        {maker.op(graph::DecodeHead{10, 16, {4, 8}, graph::HeadExtra::none, 0, {}}, maps), n2});
}

std::string message_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Engine, SmallNetworkLikeReference) {
    expect_like_reference(small_network(), random_batch(1, 3, 48, 40));
}

TEST(Engine, OneThreadLikeTwo) {
    expect_like_reference(small_network(), random_batch(1, 1, 48, 40), 1e-4, {1, Precision::fp32});
}

TEST(Engine, PictureLayoutsAgree) {
    const graph::Network network = small_network();
    std::mt19937 random(5);
    const std::int64_t height = 32, width = 40, plane = height * width;
    Tensor planar = Tensor::allocate(DType::u8, {2, 3, height, width});
    Tensor interleaved = Tensor::allocate(DType::u8, {2, height, width, 3});
    Tensor floats = Tensor::allocate(DType::f32, {2, 3, height, width});
    for (std::int64_t i = 0; i < 6 * plane; ++i) {
        const auto value = static_cast<std::uint8_t>(random());
        const std::int64_t n = i / (3 * plane), c = i / plane % 3, p = i % plane;
        planar.mutable_values<std::uint8_t>()[static_cast<std::size_t>(i)] = value;
        floats.mutable_values<float>()[static_cast<std::size_t>(i)] = static_cast<float>(value) / 255.0f;
        interleaved.mutable_values<std::uint8_t>()[static_cast<std::size_t>((n * plane + p) * 3 + 2 - c)] =
            value;
    }
    const auto expected = make_engine("reference", network, {})->run({floats, Batch::Layout::nchw_rgb});
    for (const char* name : {"reference", "cpu"}) {
        const auto engine = make_engine(name, network, {2, Precision::fp32});
        for (const Batch& batch :
             {Batch{planar, Batch::Layout::nchw_rgb}, Batch{floats, Batch::Layout::nchw_rgb},
              Batch{interleaved, Batch::Layout::nhwc_bgr}}) {
            const auto actual = engine->run(batch);
            for (std::size_t i = 0; i < 2; ++i)
                EXPECT_LE(largest_error(actual[i], expected[i]), 1e-4) << name;
        }
    }
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

TEST(Engine, OutputsOutliveTheEngineAndTheNextRun) {
    const graph::Network network = small_network();
    const Batch one = random_batch(1, 1, 32, 32), two = random_batch(2, 1, 32, 32);
    auto engine = make_engine("cpu", network, {2, Precision::fp32});
    const auto kept = engine->run(one);
    engine->run(two);
    const auto other = engine->run(two);
    engine.reset();
    const auto reference = make_engine("reference", network, {});
    EXPECT_LE(largest_error(kept[0], reference->run(one)[0]), 1e-4);
    EXPECT_LE(largest_error(other[0], reference->run(two)[0]), 1e-4);
}

TEST(Engine, RunsOnSeveralThreadsAtOnce) {
    const graph::Network network = small_network();
    const auto engine = make_engine("cpu", network, {1, Precision::fp32});
    const std::vector<std::pair<int, int>> sizes = {{32, 32}, {32, 64}, {48, 48}};
    std::vector<Batch> batches;
    std::vector<Tensor> expected;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        batches.push_back(random_batch(static_cast<unsigned>(i), 1, sizes[i].first, sizes[i].second));
        expected.push_back(make_engine("reference", network, {})->run(batches.back())[0]);
    }
    std::vector<double> errors(4, 0);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < errors.size(); ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 12; ++i) {
                    const std::size_t which = (i + t) % sizes.size();
                    errors[t] =
                        std::max(errors[t], largest_error(engine->run(batches[which])[0], expected[which]));
                }
            });
        }
    }
    for (const double error : errors) EXPECT_LE(error, 1e-4);
}

TEST(Engine, HalfIsCloseAndSaysSo) {
    const graph::Network network = small_network();
    const auto engine = make_engine("cpu", network, {2, Precision::bf16});
    const Batch batch = random_batch(1, 1, 48, 40);
    const auto expected = make_engine("reference", network, {})->run(batch);
    const auto actual = engine->run(batch);
    const engines::EngineReport report = engine->report(48, 40);
    EXPECT_THAT(report.precision, testing::AnyOf("bf16", "fp32"));
    EXPECT_LE(largest_error(actual[0], expected[0]), report.precision == "bf16" ? 0.1 : 1e-4);
    EXPECT_LE(largest_error(actual[1], expected[1]), report.precision == "bf16" ? 0.05 : 1e-4);
}

TEST(Engine, ReportsMemory) {
    const auto engine = make_engine("cpu", small_network(), {2, Precision::fp32});
    const engines::EngineReport small = engine->report(32, 32), large = engine->report(64, 64);
    EXPECT_EQ(small.engine, "cpu");
    EXPECT_EQ(small.instructions.starts_with("avx512"), instruction_set() >= InstructionSet::avx512)
        << small.instructions;
    EXPECT_EQ(make_engine("cpu", small_network(), {2, Precision::bf16})->report(32, 32).precision,
              processor_has_bf16() ? "bf16" : "fp32");
    EXPECT_GT(small.weight_bytes, 300000U);
    EXPECT_LT(large.weight_bytes, small.weight_bytes + small.weight_bytes / 2) << "sizes share weights";
    EXPECT_GT(large.arena_bytes, 3 * small.arena_bytes);
    EXPECT_LT(large.arena_bytes, 5 * small.arena_bytes);
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
    for (const char* name : {"reference", "cpu"}) {
        const auto engine = make_engine(name, network, {});
        EXPECT_THAT(message_of([&] { engine->run(random_batch(1, 1, 32, 32, 4)); }), HasSubstr("3 channels"))
            << name;
        EXPECT_THAT(message_of([&] { engine->run({}); }), HasSubstr("must be")) << name;
        EXPECT_NE(message_of([&] { engine->run(random_batch(1, 1, 36, 32)); }), "") << name;
    }
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

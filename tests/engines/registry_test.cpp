// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/compare.hpp"
#include "engines/small_network.hpp"
#include "support/message_of.hpp"
#include "support/stub_model.hpp"

namespace yolo::test {
namespace {

using engines::Batch;
using engines::ExportedFile;
using engines::find_engine;
using engines::make_engine;
using testing::AllOf;
using testing::HasSubstr;

ExportedFile stub_file(engines::Metadata metadata = {{"task", "detect"}}) {
    return {"some/best.stub", "stub", std::move(metadata)};
}

/// (N, H, W, 3) black, with a white rectangle whose left edge tells the pictures apart.
Tensor pictures(int count, int height, int width) {
    Tensor images = Tensor::allocate(DType::u8, {count, height, width, 3});
    const std::span<std::uint8_t> values = images.mutable_values<std::uint8_t>();
    std::fill(values.begin(), values.end(), std::uint8_t{0});
    for (int n = 0; n < count; ++n) {
        for (int y = 2; y < 7; ++y) {
            for (int x = 1 + n; x < 10; ++x)
                std::fill_n(values.begin() + ((n * height + y) * width + x) * 3, 3, std::uint8_t{255});
        }
    }
    return images;
}

TEST(Registry, ChoosesTheEngineByTheSource) {
    const engines::EngineTable table = stub_engines();
    EXPECT_EQ(find_engine("", "network", "cpu", table).name, "cpu");
    EXPECT_EQ(find_engine("", "network", "cuda:0", table).name, "torch");
    EXPECT_EQ(find_engine("", "stub", "cpu", table).name, "stub");
    EXPECT_EQ(find_engine("old", "stub", "cpu", table).name, "old");
    EXPECT_EQ(make_engine("", stub_file(), {}, table)->report(8, 8).engine(), "stub");
}

TEST(Registry, OfSeveralThatCouldTheFirstOneThatIsHereRuns) {
    engines::EngineTable table = stub_engines();
    table.insert(table.begin(),
                 {.name = "absent", .purpose = "a test", .takes = {"stub"}, .plugin = "yolo_absent"});
    EXPECT_EQ(find_engine("", "stub", "cpu", table).name, "stub");
    EXPECT_EQ(find_engine("absent", "stub", "cpu", table).name,
              "absent");  // its plug-in says what is missing
    EXPECT_EQ(find_engine("", "stub", "cpu", {table[0]}).name, "absent");
}

TEST(Registry, AnEngineOfSomeFilesIsNeverChosenByItself) {
    engines::EngineTable table = stub_engines();
    for (engines::EngineEntry& entry : table) entry.only_named = entry.name == "stub";
    EXPECT_EQ(find_engine("", "stub", "cpu", table).name, "old");
    EXPECT_EQ(find_engine("stub", "stub", "cpu", table).name, "stub");
    EXPECT_NE(find_engine("", "onnx").name, "opencv");
}

TEST(Registry, SaysWhichEnginesTakeASource) {
    const engines::EngineTable table = stub_engines();
    EXPECT_THAT(
        message_of<UsageError>([&] { make_engine("cpu", stub_file(), {}, table); }),
        AllOf(HasSubstr("engine=cpu does not run a file of the format stub"), HasSubstr("stub, old")));
    EXPECT_THAT(
        message_of<UsageError>([&] { make_engine("stub", small_network(), {}, table); }),
        AllOf(HasSubstr("engine=stub does not run a checkpoint"), HasSubstr("cpu, torch, reference")));
    EXPECT_THAT(message_of<UsageError>([&] { make_engine("", stub_file(), {}); }),
                HasSubstr("no engine here runs a file of the format stub"));
    EXPECT_THAT(message_of<UsageError>([&] { find_engine("cpu", "network", "cuda:0", table); }),
                AllOf(HasSubstr("on cuda:0"), HasSubstr("torch")));
}

TEST(Registry, RefusesAPluginOfAnotherVersion) {
    EXPECT_THAT(message_of<Error>([] { make_engine("old", stub_file(), {}, stub_engines()); }),
                AllOf(HasSubstr("the engine 'old' is of another version"), HasSubstr("libyolo_old_engine.so"),
                      HasSubstr("build everything again")));
    const engines::EngineTable missing = {
        {.name = "x", .purpose = "the engine 'x'", .takes = {"stub"}, .plugin = "yolo_not_there"}};
    EXPECT_THAT(message_of<Error>([&] { make_engine("x", stub_file(), {}, missing); }),
                AllOf(HasSubstr("the engine 'x' needs the plug-in libyolo_not_there.so")));
}

/// An engine of a library whose exceptions nobody here knows.
class ThrowingEngine final : public engines::Engine {
  public:
    std::vector<Tensor> run(const Batch&) override {
        throw std::runtime_error("Exception from src/core.cpp:12:\nCheck failed\nno such size\n");
    }
    engines::EngineTraits traits() const override { return {}; }
    engines::EngineReport report(int, int) override { throw 7; }
};

TEST(Registry, WhatALibraryThrowsIsOneSentence) {
    engines::EngineTable table = {{.name = "x",
                                   .purpose = "a test",
                                   .takes = {"stub"},
                                   .built_in = [](engines::ModelSource, const engines::EngineOptions&) {
                                       return static_cast<engines::Engine*>(new ThrowingEngine);
                                   }}};
    const auto engine = make_engine("", stub_file(), {}, table);
    EXPECT_EQ(message_of<Error>([&] { engine->run({}); }), "'some/best.stub', engine x: no such size");
    EXPECT_THAT(message_of<Error>([&] { engine->report(8, 8); }), HasSubstr("no reason is known"));
    table[0].built_in = [](engines::ModelSource, const engines::EngineOptions&) -> engines::Engine* {
        throw std::out_of_range("map::at");
    };
    EXPECT_EQ(message_of<Error>([&] { make_engine("", stub_file(), {}, table); }),
              "'some/best.stub', engine x: map::at");
}

TEST(AnyBatch, SidesThatTheStrideDoesNotDivideAreSaid) {
    const auto engine = make_engine("", stub_file({{"stride", "8"}}), {}, stub_engines());
    EXPECT_THAT(message_of<Error>([&] {
                    engine->run({pictures(1, 16, 20), Batch::Layout::nhwc_bgr});
                }),
                HasSubstr("both have to be multiples of 8"));
    EXPECT_EQ(engine->run({pictures(1, 16, 24), Batch::Layout::nhwc_bgr}).size(), 1U);
}

TEST(AnyBatch, SplitsAndFillsUp) {
    const Batch batch{pictures(5, 16, 24), Batch::Layout::nhwc_bgr};
    const std::vector<Tensor> expected = make_engine("stub", stub_file(), {}, stub_engines())->run(batch);
    ASSERT_EQ(expected.at(0).shape(), (Shape{5, 6, 3}));
    for (const int at_once : {1, 2, 5, 8}) {
        const auto engine = make_engine(
            "", stub_file({{"batch", std::to_string(at_once)}, {"imgsz", "[16, 24]"}}), {}, stub_engines());
        EXPECT_EQ(engine->traits().batch, at_once);
        const std::vector<Tensor> actual = engine->run(batch);
        ASSERT_EQ(actual.at(0).shape(), expected.at(0).shape());
        EXPECT_EQ(largest_error(actual[0], expected[0]), 0) << at_once;
        EXPECT_EQ(engine->report(16, 24).text("runs"), std::to_string((4 + at_once) / at_once));
        EXPECT_EQ(engine->run({pictures(0, 16, 24), Batch::Layout::nhwc_bgr}).at(0).shape(),
                  (Shape{0, 6, 3}));
    }
}

TEST(AnyBatch, FixedSizeIsSaid) {
    const auto engine = make_engine("", stub_file({{"imgsz", "[16, 24]"}}), {}, stub_engines());
    EXPECT_TRUE(engine->traits().fixed_size());
    EXPECT_THAT(message_of<Error>([&] {
                    engine->run({pictures(1, 24, 16), Batch::Layout::nhwc_bgr});
                }),
                HasSubstr("16 x 24"));
}

TEST(FloatInput, LiesAsTheEngineWants) {
    const Tensor bgr = Tensor(DType::u8, {1, 1, 2, 3}, nullptr, "\x00\x33\x66\x99\xCC\xFF");
    const Batch batch{bgr, Batch::Layout::nhwc_bgr};
    const engines::BatchShape shape = engines::check_batch(batch, 3);
    const auto close = [](const Tensor& x, std::vector<float> expected) {
        EXPECT_THAT(x.values<float>(), testing::Pointwise(testing::FloatNear(1e-6f), expected));
    };
    const Tensor planes = engines::float_input(batch, shape);
    EXPECT_EQ(planes.shape(), (Shape{1, 3, 1, 2}));
    close(planes, {0.4f, 1.0f, 0.2f, 0.8f, 0.0f, 0.6f});
    close(engines::float_input(batch, shape, engines::InputLayout::nhwc),
          {0.4f, 0.2f, 0.0f, 1.0f, 0.8f, 0.6f});
    close(engines::float_input({planes, Batch::Layout::nchw_rgb}, shape, engines::InputLayout::nhwc),
          {0.4f, 0.2f, 0.0f, 1.0f, 0.8f, 0.6f});
}

TEST(EngineReport, FactsByName) {
    engines::EngineReport report{{"engine", "x"}, {"provider", "CPU"}};
    report.set("weight_bytes", std::size_t{12});
    report.set("engine", "y");
    EXPECT_EQ(report.engine(), "y");
    EXPECT_EQ(report.text("provider"), "CPU");
    EXPECT_EQ(report.weight_bytes(), 12U);
    EXPECT_EQ(report.arena_bytes(), 0U);
    EXPECT_EQ(report.version(), "");
    EXPECT_EQ(report.facts().size(), 3U);
    EXPECT_EQ(report.facts().front().first, "engine");
}

}  // namespace
}  // namespace yolo::test

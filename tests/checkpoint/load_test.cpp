// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/load_content.hpp"
#include "checkpoint/tiny_model.hpp"
#include "core/files.hpp"
#include "graph/passes.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

using checkpoint::Checkpoint;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string load_error(const std::string& content) {
    const std::string message = error_of([&] { load_content(content); });
    EXPECT_THAT(message, HasSubstr("'model.pt'"));
    EXPECT_EQ(message.find('\n'), std::string::npos);
    return message;
}

TEST(Load, ReadsATinyModel) {
    for (const bool deflate : {false, true}) {
        TinyModel tiny;
        tiny.deflate = deflate;
        const Checkpoint model = load_content(tiny.file());
        EXPECT_EQ(model.info.task, Task::classify);
        EXPECT_THAT(*model.info.names, ElementsAre("cat", "dog"));
        EXPECT_THAT(model.info.stride, ElementsAre(1));
        EXPECT_EQ(model.info.imgsz, 64);
        EXPECT_EQ(model.info.channels, 3);
        EXPECT_EQ(model.info.description, "tiny-cls");
        EXPECT_EQ(model.weights.size(), 14U);
        EXPECT_EQ(model.weights.at("model.0.conv.weight").shape(), (Shape{8, 3, 3, 3}));
        EXPECT_EQ(model.weights.at("model.0.conv.weight").to_f32().values<float>()[7], 1.0F);
        EXPECT_EQ(model.metadata.at("date"), "2024-01-01");
        EXPECT_EQ(model.metadata.at("epoch"), -1);
        EXPECT_EQ(model.metadata.at("train_args").at("imgsz"), 64);
    }
}

TEST(Load, TakesEpsAndMomentumOfEachNorm) {
    const Checkpoint model = load_content(TinyModel().file());
    int norms = 0;
    for (const graph::Node& node : model.graph.nodes) {
        if (const auto* norm = std::get_if<graph::BatchNorm>(&node.op)) {
            EXPECT_EQ(norm->eps, 2e-5);
            EXPECT_EQ(norm->momentum, 0.07);
            ++norms;
        }
    }
    EXPECT_EQ(norms, 2);
}

TEST(Load, TheAveragedWeightsGoFirst) {
    TinyModel tiny;
    tiny.as_ema = true;
    EXPECT_EQ(load_content(tiny.file()).weights.size(), 14U);
}

TEST(Load, FilesOfARunningTraining) {
    TinyModel tiny;
    tiny.as_ema = true;
    tiny.root_attributes = {
        {"args", pickle::instance(pickle::global("ultralytics.utils", "IterableSimpleNamespace"),
                                  pickle::named({{"imgsz", pickle::integer(96)}}))},
        {"criterion", pickle::none()}};
    const pickle::Code moment = pickle::tensor("FloatStorage", "not there: the optimiser is not read", {2});
    tiny.top = {{"epoch", pickle::integer(4)},
                {"updates", pickle::integer(120)},
                {"optimizer", pickle::named({{"state", pickle::dict({{pickle::integer(0), moment}})}})},
                {"scaler", pickle::dict({})},
                {"train_results", pickle::named({{"epoch", pickle::list({pickle::integer(1)})}})}};
    const Checkpoint model = load_content(tiny.file());
    EXPECT_EQ(model.metadata.at("epoch"), 4);
    EXPECT_EQ(model.metadata.at("updates"), 120);
    EXPECT_EQ(model.metadata.at("train_results").at("epoch"), Json({1}));
    EXPECT_EQ(model.info.imgsz, 96);
}

TEST(Load, AWholeObjectIsReadWithAWarning) {
    TinyModel tiny;
    int warnings = 0;
    const std::string object = pickle::whole(
        pickle::instance(pickle::global("ultralytics.models.yolo.model", "YOLO"), tiny.state()));
    std::vector<ZipItem> items = {{.name = "a/data.pkl", .content = object}};
    for (const auto& [key, content] : tiny.storages())
        items.push_back({.name = "a/data/" + key, .content = content});
    const Checkpoint model =
        load_content(ZipWriter::write(items), [&](LogLevel, std::string_view) { ++warnings; });
    EXPECT_EQ(model.weights.size(), 14U);
    EXPECT_EQ(warnings, 1);
}

TEST(Load, WhatTheRootHoldsBesideTheNetworkIsNotItsBusiness) {
    TinyModel tiny;
    tiny.root_modules = {{"loss", TinyModel::module({"mine", "Loss"}, {}, {}, {})}};
    EXPECT_EQ(load_content(tiny.file()).weights.size(), 14U);
}

TEST(Load, FusedModelsLoseTheirNorms) {
    TinyModel tiny;
    tiny.fused = true;
    const Checkpoint model = load_content(tiny.file());
    EXPECT_EQ(model.weights.size(), 6U);
    EXPECT_TRUE(model.weights.contains("model.0.conv.bias"));
    EXPECT_NO_THROW(graph::infer_shapes(model.graph, {1, 3, 64, 64}));
    const graph::Network network = graph::to_inference(model.graph, model.weights);
    EXPECT_EQ(network.weights.at("model.0.conv.bias").to_f32().values<float>()[0], 1.0F);
}

TEST(Load, NamesMayBeAListOrMissing) {
    TinyModel tiny;
    tiny.names = pickle::list({pickle::text("a"), pickle::integer(5)});
    EXPECT_THAT(*load_content(tiny.file()).info.names, ElementsAre("a", "5"));
    tiny.names = pickle::none();
    EXPECT_THAT(*load_content(tiny.file()).info.names, ElementsAre("0", "1"));
    tiny.names = pickle::dict({{pickle::integer(2), pickle::text("third")}});
    EXPECT_THAT(load_error(tiny.file()), HasSubstr("names the class 2"));
}

TEST(Load, ACallToTheSystemIsRefusedWhereverItStands) {
    const pickle::Code call = pickle::call(pickle::global("os", "system"), {pickle::text("touch owned")});
    TinyModel in_top, in_model;
    in_top.top.emplace_back("git", call);
    in_model.root_attributes.emplace_back("criterion", call);
    for (TinyModel* tiny : {&in_top, &in_model}) {
        EXPECT_THAT(load_error(tiny->file()),
                    HasSubstr("calls 'os.system', which is not part of a model: refused, nothing was run"));
    }
    EXPECT_FALSE(std::filesystem::exists("owned"));
}

TEST(Load, UnknownClassesOffTheForwardPathAreSkippedWithAWarning) {
    TinyModel tiny;
    const pickle::Code thing = pickle::instance(pickle::global("mine.hooks", "Logger"), pickle::dict({}));
    tiny.root_attributes = {{"hook", thing}, {"hook2", thing}};
    std::vector<std::string> warnings;
    const auto sink = [&](LogLevel level, std::string_view text) {
        EXPECT_EQ(level, LogLevel::warning);
        warnings.emplace_back(text);
    };
    EXPECT_EQ(load_content(tiny.file(), sink).weights.size(), 14U);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("'mine.hooks.Logger'")));
}

TEST(Load, UnknownClassesOnTheForwardPathAreErrorsThatNameThem) {
    TinyModel layer, root;
    layer.first_class = {"mine.blocks", "SuperConv"};
    EXPECT_THAT(load_error(layer.file()),
                AllOf(HasSubstr("'model.0'"), HasSubstr("'mine.blocks.SuperConv'")));
    root.model_class = {"mine", "Net"};
    EXPECT_THAT(load_error(root.file()), HasSubstr("'mine.Net'"));
}

TEST(Load, TheDescriptionMustFitTheWeights) {
    TinyModel wider, other_stride, bad_shape;
    wider.described_channels = 16;
    EXPECT_THAT(load_error(wider.file()), AllOf(HasSubstr("'model.0.conv.weight'"), HasSubstr("(8, 3, 3, 3)"),
                                                HasSubstr("(16, 3, 3, 3)")));
    other_stride.first_stride = 1;
    EXPECT_THAT(load_error(other_stride.file()), AllOf(HasSubstr("'model.0.conv'"), HasSubstr("stride")));
    bad_shape.first_weight = pickle::tensor("HalfStorage", "first", {8, 27});
    EXPECT_THAT(load_error(bad_shape.file()), HasSubstr("(8, 27)"));
    bad_shape.first_weight = pickle::tensor("LongStorage", "count", 216, {8, 3, 3, 3}, {27, 9, 3, 1});
    EXPECT_THAT(load_error(bad_shape.file()), HasSubstr("floating-point"));
    bad_shape.first_weight = pickle::none();
    EXPECT_THAT(load_error(bad_shape.file()), HasSubstr("'model.0.conv.weight'"));
}

TEST(Load, TensorsOutsideTheirStorageAreErrorsThatNameThem) {
    TinyModel tiny;
    for (const int offset : {1, 1000, 2147483647}) {
        tiny.first_weight = pickle::tensor("HalfStorage", "first", 216, {8, 3, 3, 3}, {27, 9, 3, 1}, offset);
        EXPECT_THAT(load_error(tiny.file()), AllOf(HasSubstr("'model.0.conv.weight'"), HasSubstr("outside")));
    }
    tiny.first_weight = pickle::tensor("HalfStorage", "absent", {8, 3, 3, 3});
    EXPECT_THAT(load_error(tiny.file()), AllOf(HasSubstr("'model.0.conv.weight'"), HasSubstr("data/absent")));
    tiny.first_weight = pickle::tensor("FloatStorage", "first", {8, 3, 3, 3});
    EXPECT_THAT(load_error(tiny.file()), HasSubstr("should hold 216 elements"));
}

TEST(Load, ModulesThatContainThemselvesAreErrors) {
    TinyModel tiny;
    tiny.top.clear();
    const std::string cyclic = pickle::whole(pickle::named(
        {{"model", pickle::global("ultralytics.nn.tasks", "DetectionModel") + ")\x81q\1" +
                       pickle::named({{"_modules", pickle::named({{"model", "h\1"}, {"b", "h\1"}})}}) +
                       "b"}}));
    const std::string content = ZipWriter::write({{.name = "a/data.pkl", .content = cyclic}});
    EXPECT_THAT(load_error(content), HasSubstr("nested"));
}

TEST(Load, EveryTruncationIsAnError) {
    const std::string whole = TinyModel().file();
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 64) {
        EXPECT_THROW(load_content(whole.substr(0, size)), Error) << size;
    }
}

TEST(Load, EveryDamagedByteOfThePickleIsAModelOrAnError) {
    TinyModel tiny;
    tiny.deflate = false;
    const std::string whole = tiny.file();
    const std::size_t begin = whole.find("\x80\x02}");
    for (std::size_t i = 0; i < tiny.pickle().size(); ++i) {
        std::string damaged = whole;
        damaged[begin + i] = static_cast<char>(damaged[begin + i] ^ (1 + static_cast<int>(i % 255)));
        try {
            load_content(damaged);
        } catch (const Error&) {
            continue;
        }
    }
}

TEST(Load, OtherFilesAreToldByName) {
    const auto archive = [](std::vector<ZipItem> items) { return ZipWriter::write(items); };
    const auto with = [&](const pickle::Code& object) {
        return archive({{.name = "a/data.pkl", .content = pickle::whole(object)}});
    };
    const std::string legacy =
        "\x80\x02\x8a\nl\xfc\x9c"
        "F\xf9 j\xa8P\x19.";
    const pickle::Code weights =
        pickle::named({{"model.0.conv.weight", pickle::tensor("FloatStorage", "0", {1})}});
    EXPECT_THAT(load_error(""), HasSubstr("empty"));
    EXPECT_THAT(load_error("\n <!DOCTYPE html><html>"), HasSubstr("web page"));
    EXPECT_THAT(load_error("<?xml version=\"1.0\"?><net/>"), HasSubstr("XML"));
    EXPECT_THAT(load_error(legacy), HasSubstr("before 1.6"));
    EXPECT_THAT(load_error("version https://git-lfs.github.com/spec/v1"), HasSubstr("Git LFS"));
    EXPECT_THAT(load_error("hello, I am a text file"), HasSubstr("neither"));
    EXPECT_THAT(load_error(archive({{.name = "readme.txt", .content = "hi"}})),
                HasSubstr("without the data.pkl"));
    EXPECT_THAT(load_error(archive({{.name = "a/data.pkl", .content = pickle::whole(pickle::none())},
                                    {.name = "a/constants.pkl", .content = "x"}})),
                HasSubstr("TorchScript"));
    EXPECT_THAT(load_error(archive(
                    {{.name = "a/data.pkl", .content = "x"}, {.name = "a/byteorder", .content = "big"}})),
                HasSubstr("big-endian"));
    EXPECT_THAT(load_error(archive({{.name = "a/data.pkl", .content = "no pickle"}})),
                HasSubstr("not a pickle"));
    EXPECT_THAT(load_error(with(weights)), HasSubstr("state_dict"));
    EXPECT_THAT(load_error(with(pickle::named({{"model", weights}}))), HasSubstr("state_dict"));
    EXPECT_THAT(load_error(with(pickle::named({{"epoch", pickle::integer(3)}}))), HasSubstr("no model"));
    EXPECT_THAT(load_error(with(pickle::instance(pickle::global("models.yolo", "Model"), pickle::dict({})))),
                HasSubstr("YOLOv5"));
}

TEST(Load, MissingFilesAndFolders) {
    EXPECT_THAT(error_of([] { checkpoint::load("no/such/model.pt"); }), HasSubstr("no/such/model.pt"));
    EXPECT_THAT(error_of([] { checkpoint::load(scratch_dir()); }), HasSubstr("not a file"));
}

TEST(Load, OurOwnLayoutGivesTheSameModelBack) {
    for (const bool fused : {false, true}) {
        TinyModel tiny;
        tiny.fused = fused;
        const Checkpoint model = load_content(tiny.file());
        const auto path = scratch_dir() / "tiny.safetensors";
        checkpoint::save_safetensors(path, model);
        const Checkpoint again = checkpoint::load(path);
        EXPECT_EQ(again.info.task, model.info.task);
        EXPECT_EQ(*again.info.names, *model.info.names);
        EXPECT_EQ(again.info.imgsz, model.info.imgsz);
        EXPECT_EQ(again.metadata.at("train_args"), model.metadata.at("train_args"));
        EXPECT_EQ(again.spec.yaml, model.spec.yaml);
        EXPECT_EQ(again.graph.nodes.size(), model.graph.nodes.size());
        EXPECT_EQ(again.weights.size(), model.weights.size());
    }
}

TEST(Load, OurOwnLayoutIsCheckedLikeTheOther) {
    const auto path = scratch_dir() / "tiny.safetensors";
    checkpoint::save_safetensors(path, load_content(TinyModel().file()));
    const std::string whole = read_text(path);
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string content = whole;
        content.replace(content.find(from), from.size(), to);
        return content;
    };
    EXPECT_NO_THROW(load_content(whole));
    EXPECT_THAT(load_error(replaced("yolo.cpp model", "something else")), HasSubstr("weights alone"));
    EXPECT_THAT(load_error(replaced(R"([\"cat\",\"dog\"])", R"([\"catanddogs!\"])")),
                HasSubstr("1 names for 2 classes"));
    EXPECT_THAT(load_error(replaced(R"(\"Conv\",[8,)", R"(\"Conv\",[9,)")), HasSubstr("model.0."));
    EXPECT_THAT(load_error(replaced(R"("nc":"2")", R"("nc":"x")")), HasSubstr("'nc'"));
    EXPECT_THAT(load_error(replaced(R"("classify\"")", R"("detect  \"")")), HasSubstr("classify"));
}

}  // namespace
}  // namespace yolo::test

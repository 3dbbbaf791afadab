// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pt_file.hpp"

#include <csignal>
#include <limits>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "checkpoint/load_content.hpp"
#include "checkpoint/tiny_training.hpp"
#include "checkpoint/write/block_modules.hpp"
#include "graph/blocks/table.hpp"
#include "graph/shipped_models.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using checkpoint::Checkpoint;
using checkpoint::ResumePoint;
using checkpoint::TrainingState;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Checkpoint silent_load(const fs::path& path) {
    return checkpoint::load(path, [](LogLevel, std::string_view text) { ADD_FAILURE() << text; });
}

TEST(PtFile, EveryShippedNetworkComesBack) {
    const fs::path file = scratch_dir() / "model.pt";
    for (const ShippedFile& shipped : graph::shipped_models()) {
        const Checkpoint model = checkpoint::load(std::string(shipped.name));
        checkpoint::save_pt(file, model);
        const Checkpoint again = silent_load(file);
        expect_halved(again.weights, model.weights);
        EXPECT_EQ(again.info.task, model.info.task) << shipped.name;
        EXPECT_EQ(*again.info.names, *model.info.names);
        EXPECT_EQ(again.info.stride, model.info.stride);
        EXPECT_EQ(again.info.kpt_shape, model.info.kpt_shape);
        EXPECT_EQ(again.info.description, model.info.description);
        EXPECT_EQ(again.graph.nodes.size(), model.graph.nodes.size());
    }
}

TEST(PtFile, EveryBlockOfTheTableCanBeWritten) {
    std::vector<std::string_view> blocks;
    for (const graph::BlockType& block : graph::block_types()) blocks.push_back(block.name);
    EXPECT_THAT(checkpoint::writable_blocks(), ::testing::UnorderedElementsAreArray(blocks));
}

TEST(PtFile, TheHeaderComesBack) {
    const fs::path file = scratch_dir() / "model.pt";
    const Checkpoint model = tiny_detector();
    checkpoint::save_pt(file, model);
    const Checkpoint again = silent_load(file);
    EXPECT_EQ(*again.info.names, *model.info.names);
    EXPECT_EQ(again.info.imgsz, 64);
    for (const char* key : {"date", "train_metrics", "train_results"})
        EXPECT_EQ(again.metadata.at(key), model.metadata.at(key));
    EXPECT_EQ(again.metadata.at("epoch"), -1);
    EXPECT_FALSE(again.metadata.contains("best_fitness"));
    EXPECT_FALSE(again.metadata.contains("stopper"));
    EXPECT_FALSE(again.metadata.at("train_args").contains("save_dir"));
    EXPECT_EQ(again.metadata.at("train_args").at("lr0"), 0.1);
    EXPECT_EQ(again.metadata.at("train_args").at("task"), "detect");
}

TEST(PtFile, AStateComesBackBitForBit) {
    const fs::path file = scratch_dir() / "last.pt";
    const Checkpoint model = tiny_detector();
    const TrainingState state = some_state(model);
    checkpoint::save_pt(file, model, &state);
    const ResumePoint point = checkpoint::read_training_state(file);
    EXPECT_TRUE(point.exact);
    expect_same(point.state.model, state.model);
    expect_same(point.state.ema, state.ema);
    expect_same(point.state.gradients, state.gradients);
    expect_halved(point.model.weights, state.ema);
    EXPECT_EQ(point.state.updates, state.updates);
    EXPECT_EQ(point.state.scaler, state.scaler);
    EXPECT_EQ(point.state.progress, state.progress);
    EXPECT_EQ(point.state.optimizer.name, "AdamW");
    ASSERT_EQ(point.state.optimizer.groups.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(point.state.optimizer.groups[i].options, state.optimizer.groups[i].options);
        EXPECT_EQ(point.state.optimizer.groups[i].parameters, state.optimizer.groups[i].parameters);
    }
    ASSERT_EQ(point.state.optimizer.slots.size(), state.optimizer.slots.size());
    for (const auto& [name, slots] : state.optimizer.slots) {
        ASSERT_EQ(point.state.optimizer.slots.at(name).size(), slots.size());
        for (const auto& [slot, tensor] : slots)
            EXPECT_TRUE(same_bits(point.state.optimizer.slots.at(name).at(slot), tensor)) << name << slot;
    }
    for (const char* key : {"date", "epoch", "best_fitness", "stopper", "train_results"})
        EXPECT_EQ(point.model.metadata.at(key), model.metadata.at(key));
    EXPECT_EQ(point.model.metadata.at("train_args").at("save_dir"), "runs/x");
}

TEST(PtFile, NumbersThatAreNoneComeBackToo) {
    const fs::path file = scratch_dir() / "last.pt";
    const Checkpoint model = tiny_detector();
    TrainingState state = some_state(model);
    state.progress = {{"loss", std::numeric_limits<double>::quiet_NaN()},
                      {"best", -std::numeric_limits<double>::infinity()},
                      {"seed", std::numeric_limits<std::int64_t>::min()}};
    checkpoint::save_pt(file, model, &state);
    const Json progress = checkpoint::read_training_state(file).state.progress;
    EXPECT_TRUE(std::isnan(progress.at("loss").get<double>()));
    EXPECT_EQ(progress.at("best"), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(progress.at("seed"), std::numeric_limits<std::int64_t>::min());
    state.progress = {{"seed", std::numeric_limits<std::uint64_t>::max()}};
    EXPECT_THAT(error_of([&] { checkpoint::save_pt(file, model, &state); }),
                AllOf(HasSubstr("last.pt"), HasSubstr("18446744073709551615")));
}

TEST(PtFile, WeightsThatAreNotFiniteGiveWay) {
    const fs::path file = scratch_dir() / "last.pt";
    const Checkpoint model = tiny_detector();
    TrainingState state = some_state(model);
    const std::string broken = "model.0.conv.weight", lost = "model.0.bn.weight";
    state.ema.at(broken).mutable_values<float>()[3] = std::numeric_limits<float>::quiet_NaN();
    for (graph::Weights* weights : {&state.ema, &state.model}) {
        const auto values = weights->at(lost).mutable_values<float>();
        values[0] = std::numeric_limits<float>::quiet_NaN();
        values[1] = std::numeric_limits<float>::infinity();
        values[2] = -1e6F;
    }
    checkpoint::save_pt(file, model, &state);
    const Checkpoint again = silent_load(file);
    EXPECT_TRUE(same_bits(again.weights.at(broken), formats::to_half(state.model.at(broken))));
    const Tensor numbers = again.weights.at(lost).to_f32();
    EXPECT_EQ(numbers.values<float>()[0], 0.F);
    EXPECT_EQ(numbers.values<float>()[1], 65504.F);
    EXPECT_EQ(numbers.values<float>()[2], -65504.F);
    expect_same(checkpoint::read_training_state(file).state.model, state.model);
}

TEST(PtFile, FinishingKeepsTheAverage) {
    const fs::path file = scratch_dir() / "last.pt";
    const Checkpoint model = tiny_detector();
    const TrainingState state = some_state(model);
    checkpoint::save_pt(file, model, &state);
    const auto before = fs::file_size(file);
    const Checkpoint open = checkpoint::load(file);  // somebody still reads it
    checkpoint::finish_pt(file, {{"train_results", {{"epoch", {1, 2}}}}});
    EXPECT_LT(fs::file_size(file), before / 4);
    for (int round = 0; round < 2; ++round) {
        const Checkpoint finished = silent_load(file);
        expect_halved(finished.weights, state.ema);
        EXPECT_EQ(finished.metadata.at("epoch"), -1);
        EXPECT_FALSE(finished.metadata.contains("updates"));
        EXPECT_EQ(finished.metadata.at("train_results"), (Json{{"epoch", {1, 2}}}));
        EXPECT_EQ(finished.metadata.at("date"), model.metadata.at("date"));
        checkpoint::finish_pt(file);  // once more changes nothing
    }
    expect_halved(open.weights, state.ema);
}

TEST(PtFile, NoTrainingGoesOnFromAFinishedModel) {
    const fs::path file = scratch_dir() / "best.pt";
    checkpoint::save_pt(file, tiny_detector());
    EXPECT_THAT([&] { checkpoint::read_training_state(file); },
                ThrowsMessage<checkpoint::FinishedModel>(HasSubstr("a finished model")));
    checkpoint::save_safetensors(scratch_dir() / "m.safetensors", tiny_detector());
    EXPECT_THROW(checkpoint::read_training_state(scratch_dir() / "m.safetensors"), Error);
}

/// The same file as the reference would have written it: our own key gets a name that nobody knows.
void make_foreign(const fs::path& file) {
    std::string content = read_text(file);
    const std::size_t at = content.find("yolo_cpp");
    ASSERT_NE(at, std::string::npos);
    content[at] = 'Y';
    write_file(file, std::string_view(content));
}

TEST(PtFile, FilesOfTheReferenceGoOnFromTheAverage) {
    const fs::path file = scratch_dir() / "last.pt";
    Checkpoint model = tiny_detector();
    const TrainingState state = some_state(model);
    checkpoint::save_pt(file, model, &state);
    make_foreign(file);
    const ResumePoint point = checkpoint::read_training_state(file);
    EXPECT_FALSE(point.exact);
    EXPECT_TRUE(point.state.model.empty());
    EXPECT_TRUE(point.state.progress.empty());
    expect_halved(point.state.ema, state.ema);
    EXPECT_EQ(point.state.updates, 77);
    EXPECT_EQ(point.state.optimizer.name, "AdamW");
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(point.state.optimizer.groups[i].parameters, state.optimizer.groups[i].parameters);
    EXPECT_TRUE(same_bits(point.state.optimizer.slots.at("model.0.bn.bias").at("exp_avg"),
                          state.optimizer.slots.at("model.0.bn.bias").at("exp_avg")));

    model.metadata["epoch"] = -1;
    checkpoint::save_pt(file, model, &state);
    make_foreign(file);
    EXPECT_THAT(error_of([&] { checkpoint::read_training_state(file); }), HasSubstr("finished"));
}

TEST(PtFile, GroupsInAnotherOrderAreToldByTheirSizes) {
    const fs::path file = scratch_dir() / "last.pt";
    Checkpoint model = tiny_detector();
    model.metadata["train_args"]["optimizer"] = "sgd";
    TrainingState state = some_state(model);
    std::rotate(state.optimizer.groups.begin(), state.optimizer.groups.begin() + 2,
                state.optimizer.groups.end());
    checkpoint::save_pt(file, model, &state);
    make_foreign(file);
    const ResumePoint point = checkpoint::read_training_state(file);
    EXPECT_EQ(point.state.optimizer.name, "SGD");
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(point.state.optimizer.groups[i].parameters, state.optimizer.groups[i].parameters);

    state.optimizer.groups.pop_back();
    checkpoint::save_pt(file, model, &state);
    make_foreign(file);
    EXPECT_THAT(error_of([&] { checkpoint::read_training_state(file); }), HasSubstr("groups"));
}

TEST(PtFile, DamagedFilesAreErrors) {
    const fs::path file = scratch_dir() / "last.pt", broken = scratch_dir() / "broken.pt";
    const Checkpoint model = tiny_detector();
    const TrainingState state = some_state(model);
    checkpoint::save_pt(file, model, &state);
    const std::string content = read_text(file);
    for (std::size_t size = 0; size < content.size(); size += 1 + content.size() / 101) {
        write_file(broken, std::string_view(content).substr(0, size));
        EXPECT_THROW(checkpoint::read_training_state(broken), Error) << size;
        EXPECT_THROW(checkpoint::load(broken), Error) << size;
    }
    std::string flipped = content;
    flipped[content.find("/data/200") + 128] ^= 1;  // inside of an array
    write_file(broken, std::string_view(flipped));
    EXPECT_THAT(error_of([&] { checkpoint::read_training_state(broken); }), HasSubstr("checksum"));
}

TEST(PtFile, AFullDiskLeavesTheLastGoodFile) {
    const fs::path folder = scratch_dir(), file = folder / "last.pt";
    const Checkpoint model = tiny_detector();
    const TrainingState good = some_state(model, 1), next = some_state(model, 2);
    checkpoint::save_pt(file, model, &good);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    const std::size_t whole = fs::file_size(file);
    for (const std::size_t space : {std::size_t{0}, std::size_t{100}, whole / 2, whole - 1}) {
        const rlimit small = {space, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        std::string message;
        try {
            checkpoint::save_pt(file, model, &next);
        } catch (const Error& error) {
            message = error.what();
        }
        setrlimit(RLIMIT_FSIZE, &before);
        EXPECT_THAT(message, AllOf(HasSubstr("cannot write"), HasSubstr("last.pt"))) << space;
        expect_same(checkpoint::read_training_state(file).state.model, good.model);
        EXPECT_FALSE(fs::exists(file.string() + ".part" + std::to_string(::getpid())));
    }
}

TEST(PtFile, NetworksThatAreNotWholeAreErrors) {
    const fs::path file = scratch_dir() / "model.pt";
    Checkpoint model = tiny_detector();
    model.graph.stage = graph::Stage::inference;
    EXPECT_THAT(error_of([&] { checkpoint::save_pt(file, model); }), HasSubstr("folded"));
    model = tiny_detector();
    model.weights.erase("model.0.conv.weight");
    EXPECT_THAT(error_of([&] { checkpoint::save_pt(file, model); }), HasSubstr("model.0.conv.weight"));
    EXPECT_FALSE(fs::exists(file));
}

}  // namespace
}  // namespace yolo::test

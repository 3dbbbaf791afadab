// SPDX-License-Identifier: Apache-2.0
// Checkpoints that the reference wrote.
#include "support/golden.hpp"

#include <cmath>
#include <cstring>

#include "checkpoint/checkpoint.hpp"
#include "core/json.hpp"
#include "graph/passes.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using checkpoint::Checkpoint;

std::vector<fs::path> all_checkpoints() {
    std::vector<fs::path> files = golden_files("trained", ".pt");
    std::error_code none;
    for (const auto& task : fs::directory_iterator(golden_dir() / "model", none)) {
        const fs::path file = task.path() / "model.pt";
        if (fs::exists(file)) files.push_back(file);
    }
    for (const auto& file : golden_files("../weights", ".pt")) files.push_back(file);
    return files;
}

double sum_of(const Checkpoint& model) {
    double sum = 0;
    for (const auto& [name, tensor] : model.weights) {
        const Tensor numbers = tensor.to_f32();
        for (const float value : numbers.values<float>()) sum += value;
    }
    return sum;
}

TEST(GoldenCheckpoints, AreReadWithoutAWarning) {
    YOLO_REQUIRE_GOLDEN("trained");
    ASSERT_FALSE(all_checkpoints().empty());
    for (const fs::path& file : all_checkpoints()) {
        const Checkpoint model = checkpoint::load(
            file, [&](LogLevel, std::string_view text) { ADD_FAILURE() << file << ": " << text; });
        EXPECT_EQ(model.weights.size(), graph::parameter_shapes(model.graph).size()) << file;
        EXPECT_EQ(model.info.class_count(), model.graph.class_count) << file;
        EXPECT_TRUE(std::isfinite(sum_of(model))) << file;
        const fs::path stem = file.parent_path().filename();
        if (file.filename() == "model.pt") {
            EXPECT_EQ(to_string(model.info.task), stem.string());
        }
        EXPECT_TRUE(model.metadata.contains("version")) << file;
    }
}

TEST(GoldenCheckpoints, HaveTheParametersOfTheirNetwork) {
    YOLO_REQUIRE_GOLDEN("trained");
    for (const fs::path& file : all_checkpoints()) {
        const Checkpoint model = checkpoint::load(file);
        std::int64_t parameters = 0;
        for (const auto& [name, tensor] : model.weights) {
            const bool is_buffer =
                name.find(".running_") != std::string::npos || name.ends_with("num_batches_tracked");
            if (!is_buffer) parameters += tensor.elements();
        }
        EXPECT_EQ(parameters, graph::statistics(model.graph, 64).parameters) << file;
    }
}

TEST(GoldenCheckpoints, SayWhatTheirDescriptionsSay) {
    YOLO_REQUIRE_GOLDEN("trained");
    for (const fs::path& file : golden_files("trained", ".pt")) {
        const Json expected = read_yaml(fs::path(file).replace_extension(".json"));
        const Checkpoint model = checkpoint::load(file);
        EXPECT_EQ(to_string(model.info.task), expected["task"].get<std::string>());
        ASSERT_EQ(model.info.names->size(), expected["names"].size());
        for (std::size_t i = 0; i < model.info.names->size(); ++i) {
            EXPECT_EQ(model.info.names->at(i), expected["names"][std::to_string(i)].get<std::string>());
        }
        EXPECT_EQ(model.metadata.at("train_args").at("imgsz"), model.info.imgsz) << file;
        EXPECT_EQ(model.info.kpt_shape[0] > 0, model.info.task == Task::pose);
    }
}

TEST(GoldenCheckpoints, WeightsAreViewsOfTheFile) {
    YOLO_REQUIRE_GOLDEN("trained");
    const Checkpoint model = checkpoint::load(golden_files("trained", ".pt").front());
    const std::byte* lowest = model.weights.begin()->second.raw();
    const std::byte* highest = lowest;
    for (const auto& [name, tensor] : model.weights) {
        lowest = std::min(lowest, tensor.raw());
        highest = std::max(highest, tensor.raw());
        EXPECT_TRUE(tensor.dtype() == DType::f16 || tensor.dtype() == DType::i64) << name;
    }
    const auto size = fs::file_size(golden_files("trained", ".pt").front());
    EXPECT_LT(static_cast<std::uintmax_t>(highest - lowest), size);
}

TEST(GoldenCheckpoints, TheFirstReleaseHoldsTheSameModel) {
    const fs::path first = golden_dir() / "../weights/yolov8n-v8.0.pt",
                   now = golden_dir() / "trained/yolov8n.pt";
    if (!fs::exists(first) || !fs::exists(now)) GTEST_SKIP() << "the first release's file is not there";
    const Checkpoint old_model = checkpoint::load(first), model = checkpoint::load(now);
    ASSERT_EQ(old_model.weights.size(), 355U);
    ASSERT_EQ(model.weights.size(), 355U);
    EXPECT_EQ(*old_model.info.names, *model.info.names);
    EXPECT_EQ(old_model.info.stride, (std::vector<int>{8, 16, 32}));
    for (const auto& [name, tensor] : model.weights) {
        const Tensor& old_tensor = old_model.weights.at(name);
        ASSERT_EQ(tensor.shape(), old_tensor.shape());
        EXPECT_EQ(std::memcmp(tensor.raw(), old_tensor.raw(), tensor.bytes()), 0) << name;
    }
}

TEST(GoldenCheckpoints, OurLayoutKeepsEveryBit) {
    YOLO_REQUIRE_GOLDEN("trained");
    const fs::path copy = scratch_dir() / "copy.safetensors";
    for (const fs::path& file : all_checkpoints()) {
        const Checkpoint model = checkpoint::load(file);
        checkpoint::save_safetensors(copy, model);
        const Checkpoint again = checkpoint::load(copy);
        ASSERT_EQ(again.weights.size(), model.weights.size());
        for (const auto& [name, tensor] : model.weights) {
            const Tensor& other = again.weights.at(name);
            ASSERT_EQ(tensor.dtype(), other.dtype());
            ASSERT_EQ(tensor.shape(), other.shape());
            ASSERT_EQ(std::memcmp(tensor.raw(), other.raw(), tensor.bytes()), 0) << file << " " << name;
        }
        EXPECT_EQ(*again.info.names, *model.info.names);
        EXPECT_EQ(again.info.stride, model.info.stride);
        EXPECT_EQ(again.info.kpt_shape, model.info.kpt_shape);
        EXPECT_EQ(again.info.imgsz, model.info.imgsz);
        EXPECT_EQ(again.info.description, model.info.description);
        EXPECT_EQ(again.metadata.size(), model.metadata.size());
        for (const auto& [key, value] : model.metadata.items())
            EXPECT_EQ(again.metadata.value(key, Json()), value);
        for (std::size_t i = 0; i < model.graph.nodes.size(); ++i) {
            const auto* norm = std::get_if<graph::BatchNorm>(&model.graph.nodes[i].op);
            if (norm == nullptr) continue;
            const auto& other = std::get<graph::BatchNorm>(again.graph.nodes.at(i).op);
            EXPECT_EQ(other.eps, norm->eps);
            EXPECT_EQ(other.momentum, norm->momentum);
        }
    }
}

}  // namespace
}  // namespace yolo::test

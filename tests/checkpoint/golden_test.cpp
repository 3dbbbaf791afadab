// SPDX-License-Identifier: Apache-2.0
// Checkpoints that the reference wrote.
#include "support/golden.hpp"

#include <cmath>
#include <cstring>
#include <set>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/pickle/plain_data.hpp"
#include "checkpoint/pickle/torch_archive.hpp"
#include "checkpoint/pt_file.hpp"
#include "checkpoint/read/module_tree.hpp"
#include "core/json.hpp"
#include "core/mapped_file.hpp"
#include "formats/half.hpp"
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
    YOLO_REQUIRE_GOLDEN("trained/yolov8n.pt");
    YOLO_REQUIRE_FILE(first);
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

TEST(GoldenCheckpoints, WrittenAgainTheyAreTheSame) {
    YOLO_REQUIRE_GOLDEN("trained");
    const fs::path copy = scratch_dir() / "copy.pt";
    for (const fs::path& file : all_checkpoints()) {
        const Checkpoint model = checkpoint::load(file);
        checkpoint::save_pt(copy, model);
        const Checkpoint again = checkpoint::load(
            copy, [&](LogLevel, std::string_view text) { ADD_FAILURE() << file << ": " << text; });
        ASSERT_EQ(again.weights.size(), model.weights.size());
        for (const auto& [name, tensor] : model.weights) {
            const Tensor stored = tensor.dtype() == DType::i64 ? tensor : formats::to_half(tensor);
            const Tensor& other = again.weights.at(name);
            ASSERT_EQ(stored.dtype(), other.dtype());
            ASSERT_EQ(std::memcmp(stored.raw(), other.raw(), stored.bytes()), 0) << file << " " << name;
        }
        EXPECT_EQ(*again.info.names, *model.info.names);
        EXPECT_EQ(again.info.kpt_shape, model.info.kpt_shape);
        EXPECT_EQ(again.info.imgsz, model.info.imgsz);
        for (const char* key : {"train_metrics", "train_results", "date"})
            EXPECT_EQ(again.metadata.value(key, Json::object()), model.metadata.value(key, Json::object()));
    }
}

/// Everything that a module of `reference` holds, its own of that path holds too, in the same order; but what
/// the last validation left in the head.
void expect_modules_like(const checkpoint::ModuleTree& own, const checkpoint::ModuleTree& reference) {
    const std::set<std::string_view> leftovers = {"anchors", "strides", "shape", "max_det", "_end2end"};
    ASSERT_EQ(own.modules.size(), reference.modules.size());
    for (std::size_t i = 0; i < own.modules.size(); ++i) {
        const checkpoint::Module &module = own.modules[i], &wanted = reference.modules[i];
        EXPECT_EQ(module.path, wanted.path);
        EXPECT_EQ(module.class_name, wanted.class_name) << module.path;
        const auto& entries = wanted.object->state()->items;
        for (std::size_t k = 0; k + 1 < entries.size(); k += 2) {
            const std::string_view key = entries[k]->text;
            if (leftovers.contains(key)) continue;
            const checkpoint::Value* value = module.attribute(key);
            ASSERT_NE(value, nullptr) << module.path << " lacks " << key;
            if (key == "args" || key.starts_with("_")) continue;  // args: the reference keeps save_dir in it
            EXPECT_EQ(plain_data(*value), plain_data(*entries[k + 1])) << module.path << " " << key;
        }
    }
    ASSERT_EQ(own.tensors.size(), reference.tensors.size());
    for (std::size_t i = 0; i < own.tensors.size(); ++i)
        EXPECT_EQ(own.tensors[i].first, reference.tensors[i].first);
}

TEST(GoldenCheckpoints, WrittenAgainTheyHaveTheSameParts) {
    YOLO_REQUIRE_GOLDEN("trained");
    const fs::path copy = scratch_dir() / "copy.pt";
    int compared = 0;
    for (const fs::path& file : golden_files("trained", ".pt")) {
        const auto open = [](const fs::path& path) {
            const auto mapped = MappedFile::open(path);
            return checkpoint::TorchArchive({mapped->bytes(), mapped});
        };
        checkpoint::TorchArchive archive = open(file);
        const auto reference = checkpoint::Pickle::parse(archive.pickle());
        if (reference.root().find("stopper") == nullptr) continue;  // of an older release
        checkpoint::save_pt(copy, checkpoint::load(file));
        checkpoint::TorchArchive written = open(copy);
        const auto own = checkpoint::Pickle::parse(written.pickle());
        ASSERT_EQ(own.root().items.size(), reference.root().items.size());
        for (std::size_t i = 0; i < own.root().items.size(); i += 2)
            EXPECT_EQ(own.root().items[i]->text, reference.root().items[i]->text);
        expect_modules_like(checkpoint::read_modules(*own.root().find("model")),
                            checkpoint::read_modules(*reference.root().find("model")));
        ++compared;
    }
    EXPECT_GT(compared, 0);
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

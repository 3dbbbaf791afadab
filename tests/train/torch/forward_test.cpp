// SPDX-License-Identifier: Apache-2.0
/// \file The trainer's network (running statistics) and the engine `torch` against the reference's outputs,
/// golden/model/*/forward, and the engine against the plain one op by op.
#include <gtest/gtest.h>

#include "checkpoint/checkpoint.hpp"
#include "engines/compare.hpp"
#include "engines/torch/torch_engine.hpp"
#include "support/golden_case.hpp"
#include "support/only_where.hpp"
#include "train/torch/criterion.hpp"
#include "train/torch/network.hpp"
#include "train/torch/tensor_bridge.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> models() {
    std::vector<fs::path> folders;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(golden_dir() / "model", none)) {
        if (fs::exists(entry.path() / "forward.safetensors")) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

Tensor stored(const StoredTensors& tensors, const std::string& name) {
    const StoredTensor& found = tensor(tensors, name);
    Tensor copy = Tensor::allocate(found.dtype == "U8" ? DType::u8 : DType::f32, found.shape);
    std::memcpy(const_cast<std::byte*>(copy.raw()), found.bytes.data(), found.bytes.size());
    return copy;
}

/// How far each channel of the outputs may be off: pixels for boxes and points, else shares.
double tolerance(const ModelInfo& info, const graph::Graph& graph, std::int64_t channel) {
    if (info.task == Task::classify) return 1e-3;
    if (channel < 4) return 0.1;
    const std::int64_t extra = channel - 4 - graph.class_count;
    if (extra < 0 || info.task == Task::obb) return 1e-3;
    if (info.task == Task::pose) return info.kpt_shape[1] == 3 && extra % 3 == 2 ? 1e-3 : 0.1;
    return 2e-3;
}

void expect_outputs(const std::vector<Tensor>& outputs, const StoredTensors& golden,
                    const checkpoint::Checkpoint& model) {
    for (std::size_t i = 0; golden.contains("output" + std::to_string(i)); ++i) {
        const at::Tensor expected = train::view_as_torch(stored(golden, "output" + std::to_string(i)));
        const at::Tensor actual = train::view_as_torch(outputs.at(i));
        ASSERT_EQ(actual.sizes(), expected.sizes());
        for (std::int64_t channel = 0; channel < expected.size(1); ++channel) {
            const double error =
                (actual.select(1, channel) - expected.select(1, channel)).abs().max().item<double>();
            EXPECT_LE(error, i == 1 ? 2e-3 : tolerance(model.info, model.graph, channel))
                << "output" << i << " channel " << channel;
        }
    }
}

class TorchForward : public ::testing::TestWithParam<fs::path> {};

TEST_P(TorchForward, TrainersNetworkLikeGolden) {
    const checkpoint::Checkpoint model = checkpoint::load(GetParam() / "model.pt");
    const StoredTensors golden = read_safetensors(GetParam() / "forward.safetensors");
    const at::Tensor images = train::view_as_torch(stored(golden, "images"));
    train::Network network(model.graph, model.weights, {}, 0);
    const at::NoGradGuard no_gradient;
    const train::HeadMaps maps =
        network.forward(images.permute({0, 2, 3, 1}).flip(3).contiguous(), Precision::fp32, false);
    const Size size{static_cast<int>(images.size(3)), static_cast<int>(images.size(2))};
    expect_outputs(train::decode_outputs(model.graph, maps, size), golden, model);
}

TEST_P(TorchForward, EngineLikeGolden) {
    const checkpoint::Checkpoint model = checkpoint::load(GetParam() / "model.pt");
    const StoredTensors golden = read_safetensors(GetParam() / "forward.safetensors");
    const auto engine =
        engines::make_torch_engine(graph::to_inference(model.graph, model.weights), {2, Precision::fp32});
    expect_outputs(engine->run({stored(golden, "images"), engines::Batch::Layout::nchw_rgb}), golden, model);
}

INSTANTIATE_TEST_SUITE_P(Golden, TorchForward, ::testing::ValuesIn(models()),
                         [](const auto& test) { return test.param.filename().string(); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TorchForward);

TEST(TorchForwardGolden, ArePresent) {
    YOLO_REQUIRE_GOLDEN("model");
}

/// Every op of an inference graph but the head.
graph::Network every_op() {
    GraphMaker maker(7);
    const auto first = maker.block(GraphMaker::input, 3, 16, 3, 2);
    const auto grouped = maker.op(graph::Relu{}, {maker.conv(first, 16, 16, 3, 1, 4)});
    const auto bottom = maker.c2f(maker.block(grouped, 16, 32, 3, 2), 32, 32, 2);
    const auto pooled = maker.op(graph::MaxPool{}, {bottom});
    const auto up = maker.op(graph::Upsample{2}, {pooled});
    const auto deconv = maker.deconv(bottom, 32, 16);
    const auto joined = maker.op(graph::Concat{}, {up, deconv, first});
    const auto part = maker.op(graph::Slice{8, 24}, {joined});
    const auto activated = maker.op(graph::Silu{}, {part});
    const auto vector = maker.op(graph::GlobalAveragePool{}, {joined});
    const auto scores = maker.op(graph::Softmax{}, {maker.linear(vector, 64, 10)});
    return maker.finish({scores, activated, joined});
}

TEST(TorchEngine, EveryOpLikeReference) {
    const graph::Network network = every_op();
    const engines::Batch batch = random_batch(2, 2, 40, 24);
    const auto expected = engines::make_engine("reference", network, {})->run(batch);
    const auto exact = engines::make_torch_engine(network, {2, Precision::fp32});
    const auto actual = exact->run(batch);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(actual[i].shape(), expected[i].shape());
        EXPECT_LE(largest_error(actual[i], expected[i]), 1e-4) << "output " << i;
    }
    const auto half = engines::make_torch_engine(network, {1, Precision::bf16});
    const auto rounded = half->run(batch);
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_LE(largest_error(rounded[i], expected[i]), 0.06) << "output " << i;
    EXPECT_EQ(exact->report(40, 24).precision(), "fp32");
    EXPECT_GT(exact->report(40, 24).arena_bytes(), 0U);
}

TEST(TorchEngine, EveryOpOnAGpuToo) {
    YOLO_ONLY_WHERE(at::hasCUDA(), "LibTorch sees no GPU here");
    const graph::Network network = every_op();
    const engines::Batch batch = random_batch(2, 2, 40, 24);
    const auto expected = engines::make_torch_engine(network, {2, Precision::fp32})->run(batch);
    for (const auto precision : {Precision::fp32, Precision::fp16}) {
        const auto engine = engines::make_torch_engine(network, {2, precision, "cuda:0"});
        const auto actual = engine->run(batch);
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_LE(largest_error(actual[i], expected[i]), precision == Precision::fp32 ? 5e-3 : 0.06);
        EXPECT_NE(engine->report(40, 24).instructions().find("cuda:0"), std::string::npos);
    }
}

TEST(TorchEngine, PictureLayoutsAgree) {
    const graph::Network network = every_op();
    std::mt19937 random(5);
    Tensor planar = Tensor::allocate(DType::u8, {1, 3, 16, 24});
    Tensor interleaved = Tensor::allocate(DType::u8, {1, 16, 24, 3});
    for (std::size_t i = 0; i < planar.bytes(); ++i) {
        const std::size_t channel = i / (16 * 24), pixel = i % (16 * 24);
        const auto value = static_cast<std::uint8_t>(random());
        planar.mutable_values<std::uint8_t>()[i] = value;
        interleaved.mutable_values<std::uint8_t>()[pixel * 3 + 2 - channel] = value;
    }
    const auto engine = engines::make_torch_engine(network, {2, Precision::fp32});
    const auto a = engine->run({planar, engines::Batch::Layout::nchw_rgb});
    const auto b = engine->run({interleaved, engines::Batch::Layout::nhwc_bgr});
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LE(largest_error(a[i], b[i]), 1e-5);
}

}  // namespace
}  // namespace yolo::test

// SPDX-License-Identifier: Apache-2.0
/// \file The CPU engine's raw outputs against the reference's: golden/model/*/forward.safetensors.
#include <cmath>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <yolo/commands.hpp>

#include "formats/safetensors.hpp"
#include "inference/session.hpp"
#include "support/golden.hpp"

namespace yolo::modes {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> models() {
    std::vector<fs::path> folders;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(test::golden_dir() / "model", none)) {
        if (fs::exists(entry.path() / "forward.safetensors")) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

/// Largest difference of channels [begin, end) of (N, C, A) tensors.
double difference(const Tensor& a, const Tensor& b, std::int64_t begin, std::int64_t end) {
    const std::int64_t channels = a.dim(1), area = a.elements() / a.dim(0) / channels;
    double most = 0;
    for (std::int64_t n = 0; n < a.dim(0); ++n) {
        for (std::int64_t i = (n * channels + begin) * area; i < (n * channels + end) * area; ++i) {
            const auto at = static_cast<std::size_t>(i);
            most = std::max<double>(most, std::abs(a.values<float>()[at] - b.values<float>()[at]));
        }
    }
    return most;
}

#ifdef YOLO_SANITIZED
// The plain engine takes minutes here; the tests of the engines run it on small networks.
const std::vector<std::string> engines = {"cpu"};
#else
const std::vector<std::string> engines = {"cpu", "reference"};
#endif

class Forward : public ::testing::TestWithParam<fs::path> {};

TEST_P(Forward, OutputsEqualTheReference) {
    inference::Session session(checkpoint::load(GetParam() / "model.pt"));
    const formats::Safetensors golden = formats::read_safetensors(GetParam() / "forward.safetensors");
    for (const std::string& engine : engines) {
        const std::vector<Tensor> outputs =
            session.engine({.engine = engine, .threads = 2}).run({golden.tensors.at("images"), {}});
        const Tensor expected = golden.tensors.at("output0").to_f32();
        ASSERT_EQ(outputs.at(0).shape(), expected.shape());
        const ModelInfo& info = session.info();
        if (info.task == Task::classify) {
            EXPECT_LE(difference(outputs[0], expected, 0, expected.dim(1)), 1e-3);
            continue;
        }
        const std::int64_t classes = 4 + info.class_count(), all = expected.dim(1);
        EXPECT_LE(difference(outputs[0], expected, 0, 4), 0.1) << "boxes";
        EXPECT_LE(difference(outputs[0], expected, 4, classes), 1e-3) << "scores";
        if (info.task == Task::pose) {
            for (std::int64_t channel = classes; channel < all; ++channel) {
                const bool visibility = info.kpt_shape[1] == 3 && (channel - classes) % 3 == 2;
                EXPECT_LE(difference(outputs[0], expected, channel, channel + 1), visibility ? 1e-3 : 0.1);
            }
        }
        if (info.task == Task::obb) {
            EXPECT_LE(difference(outputs[0], expected, classes, all), 1e-3) << "angle";
        }
        if (info.task == Task::segment) {
            EXPECT_LE(difference(outputs[0], expected, classes, all), 2e-3) << "coefficients";
            const Tensor protos = golden.tensors.at("output1").to_f32();
            ASSERT_EQ(outputs.at(1).shape(), protos.shape());
            EXPECT_LE(difference(outputs[1], protos, 0, protos.dim(1)), 2e-3) << "prototypes";
        }
    }
}

TEST_P(Forward, DebugTensorsWritesTheOutputs) {
    const fs::path file = test::scratch_dir() / "out.safetensors";
    debug_tensors({.model = GetParam() / "model.pt",
                   .input = GetParam() / "forward.safetensors",
                   .output = file,
                   .threads = 1});
    const formats::Safetensors written = formats::read_safetensors(file);
    const formats::Safetensors golden = formats::read_safetensors(GetParam() / "forward.safetensors");
    EXPECT_EQ(written.tensors.at("output0").shape(), golden.tensors.at("output0").shape());
    EXPECT_EQ(written.tensors.contains("output1"), golden.tensors.contains("output1"));
    EXPECT_EQ(written.metadata.at("precision"), "fp32");
}

INSTANTIATE_TEST_SUITE_P(Golden, Forward, ::testing::ValuesIn(models()),
                         [](const auto& test) { return test.param.filename().string(); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Forward);

TEST(ForwardGolden, ArePresent) {
    YOLO_REQUIRE_GOLDEN("model");
}

}  // namespace
}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
/// \file Every exported file in the runtime that it is for, beside the CPU engine: golden/model, five tasks.
/// The runtimes are Python packages in a virtual environment that scripts/test makes.
#include <cstdlib>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <yolo/commands.hpp>

#include "formats/safetensors.hpp"
#include "inference/session.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;

/// One way of exporting, and what runs the files.
struct Way {
    const char* name;
    std::vector<const char*> options;
    std::vector<std::pair<const char*, const char*>> runtimes;  ///< runtime, suffix of the file
    int pictures, height, width;                                ///< of the input that the files are run with
    double tolerance;                                           ///< share of the range of the values
};

const Way ways[] = {
    {"Plain",
     {"format=onnx,openvino,ncnn", "imgsz=160", "batch=1"},
     {{"onnxruntime", ".onnx"},
      {"openvino", ".onnx"},
      {"openvino", "_openvino_model"},
      {"ncnn", "_ncnn_model"},
      {"ncnn_fp16", "_ncnn_model"}},
     1,
     160,
     160,
     1e-3},
    {"Rectangle",
     {"format=onnx,openvino,ncnn", "imgsz=96,160", "batch=2"},
     {{"onnxruntime", ".onnx"}, {"openvino", "_openvino_model"}, {"ncnn", "_ncnn_model"}},
     2,
     96,
     160,
     1e-3},
    {"Dynamic",
     {"format=onnx,openvino", "imgsz=320", "dynamic=True"},
     {{"onnxruntime", ".onnx"}, {"openvino", ".onnx"}, {"openvino", "_openvino_model"}},
     3,
     96,
     160,
     1e-3},
    {"Half",
     {"format=onnx,openvino,ncnn", "imgsz=160", "half=True"},
     {{"onnxruntime", ".onnx"}, {"openvino", "_openvino_model"}, {"ncnn", "_ncnn_model"}},
     1,
     160,
     160,
     1e-2},
    {"OldestOpset", {"format=onnx", "imgsz=160", "opset=12"}, {{"onnxruntime", ".onnx"}}, 1, 160, 160, 1e-3},
    {"NewestOpset", {"format=onnx", "imgsz=160", "opset=23"}, {{"onnxruntime", ".onnx"}}, 1, 160, 160, 1e-3},
    {"FullSize",
     {"format=onnx,openvino,ncnn", "imgsz=640"},
     {{"onnxruntime", ".onnx"}, {"openvino", "_openvino_model"}, {"ncnn", "_ncnn_model"}},
     1,
     640,
     640,
     1e-3},
};

/// The first pictures of golden/model, cut to the size, 0..1.
Tensor pictures(const fs::path& folder, const Way& way) {
    const Tensor all = formats::read_safetensors(folder / "forward.safetensors").tensors.at("images");
    Tensor images = Tensor::allocate(DType::f32, {way.pictures, 3, way.height, way.width});
    const auto from = all.values<std::uint8_t>();
    const auto to = images.mutable_values<float>();
    std::size_t i = 0;
    for (std::int64_t n = 0; n < way.pictures; ++n) {
        for (std::int64_t c = 0; c < 3; ++c) {
            for (std::int64_t y = 0; y < way.height; ++y) {
                for (std::int64_t x = 0; x < way.width; ++x, ++i) {  // repeated where the picture ends
                    const std::int64_t at =
                        ((n % all.dim(0) * 3 + c) * all.dim(2) + y % all.dim(2)) * all.dim(3);
                    to[i] = static_cast<float>(from[static_cast<std::size_t>(at + x % all.dim(3))]) / 255.0F;
                }
            }
        }
    }
    return images;
}

/// Largest difference of each channel's values, as a share of the channels' range; boxes and scores apart.
void expect_near(const Tensor& actual, const Tensor& expected, double tolerance, const std::string& what) {
    ASSERT_EQ(actual.shape(), expected.shape()) << what;
    const std::int64_t channels = expected.dim(1), area = expected.elements() / expected.dim(0) / channels;
    for (const auto& [begin, end] :
         {std::pair<std::int64_t, std::int64_t>{0, std::min<std::int64_t>(4, channels)},
          {std::min<std::int64_t>(4, channels), channels}}) {
        float low = 0, high = 0;
        double most = 0;
        for (std::int64_t n = 0; n < expected.dim(0); ++n) {
            for (std::int64_t i = (n * channels + begin) * area; i < (n * channels + end) * area; ++i) {
                const float e = expected.values<float>()[static_cast<std::size_t>(i)];
                low = std::min(low, e);
                high = std::max(high, e);
                most =
                    std::max<double>(most, std::abs(actual.values<float>()[static_cast<std::size_t>(i)] - e));
            }
        }
        EXPECT_LE(most, tolerance * (high - low)) << what << ", channels from " << begin;
    }
}

class ExportRuntimes : public ::testing::TestWithParam<std::tuple<std::string, Way>> {};

TEST_P(ExportRuntimes, GiveWhatTheCpuEngineGives) {
    const auto& [task, way] = GetParam();
    const fs::path golden = golden_dir() / "model" / task,
                   python = source_dir() / ".deps/runtimes/bin/python";
    YOLO_REQUIRE_FILE(golden / "model.pt");
    YOLO_REQUIRE_FILE(python);
    const fs::path folder = scratch_dir();
    fs::copy_file(golden / "model.pt", folder / "model.pt", fs::copy_options::overwrite_existing);

    Config config;
    config.set_mode(Mode::export_model);
    config.set("model", (folder / "model.pt").string());
    for (const std::string_view option : way.options)
        config.set(option.substr(0, option.find('=')), parse_value(option.substr(option.find('=') + 1)));
    run_export(config, {});

    const Tensor images = pictures(golden, way);
    formats::Safetensors input;
    input.tensors.emplace("images", images);
    formats::write_safetensors(folder / "in.safetensors", input);
    std::string command = fmt::format("'{}' '{}' '{}'", python.string(),
                                      (source_dir() / "tests/export/runtimes/run_model.py").string(),
                                      (folder / "in.safetensors").string());
    const auto result = [&](std::size_t i) { return folder / fmt::format("out{}.safetensors", i); };
    for (std::size_t i = 0; i < way.runtimes.size(); ++i)
        command += fmt::format(" {} '{}' '{}'", way.runtimes[i].first,
                               (folder / "model").string() + way.runtimes[i].second, result(i).string());
    ASSERT_EQ(std::system(command.c_str()), 0) << command;

    inference::Session session(checkpoint::load(folder / "model.pt"));
    const std::vector<Tensor> expected = session.engine({.engine = "cpu", .threads = 2}).run({images, {}});
    for (std::size_t i = 0; i < way.runtimes.size(); ++i) {
        const formats::Safetensors actual = formats::read_safetensors(result(i));
        ASSERT_EQ(actual.tensors.size(), expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k) {
            expect_near(actual.tensors.at(fmt::format("output{}", k)).to_f32(), expected[k], way.tolerance,
                        fmt::format("{} on {}, output{}", way.runtimes[i].first, way.runtimes[i].second, k));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Golden, ExportRuntimes,
                         ::testing::Combine(::testing::Values("detect", "segment", "pose", "obb", "classify"),
                                            ::testing::ValuesIn(ways)),
                         [](const auto& given) {
                             return std::get<0>(given.param) + std::string(std::get<1>(given.param).name);
                         });

}  // namespace
}  // namespace yolo::test

// SPDX-License-Identifier: Apache-2.0
/// \file Every exported file in the runtime that it is for, beside the CPU engine: golden/model, five tasks.
/// The runtimes are Python packages in a virtual environment that scripts/test makes.
#ifndef YOLO_SANITIZED  // other people's programs, minutes long
#include <cstdlib>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "inference/session.hpp"
#include "modes/export_support.hpp"

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
    std::optional<graph::SuppressionRule> nms = {};             ///< that the options ask for
};

/// What a failing test is called by.
std::ostream& operator<<(std::ostream& to, const Way& way) {
    return to << way.name;
}

const Way ways[] = {
    {"Plain",
     {"format=onnx,openvino,ncnn,litert", "imgsz=160", "batch=1"},
     {{"onnxruntime", ".onnx"},
      {"openvino", ".onnx"},
      {"openvino", "_openvino_model"},
      {"ncnn", "_ncnn_model"},
      {"ncnn_fp16", "_ncnn_model"},
      {"litert", ".tflite"},
      {"litert_plain", ".tflite"}},
     1,
     160,
     160,
     1e-3},
    {"Rectangle",
     {"format=onnx,openvino,ncnn,litert", "imgsz=96,160", "batch=2"},
     {{"onnxruntime", ".onnx"},
      {"openvino", "_openvino_model"},
      {"ncnn", "_ncnn_model"},
      {"litert", ".tflite"}},
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
     {"format=onnx,openvino,ncnn,litert", "imgsz=160", "half=True"},
     {{"onnxruntime", ".onnx"},
      {"openvino", "_openvino_model"},
      {"ncnn", "_ncnn_model"},
      {"litert", ".tflite"},
      {"litert_plain", ".tflite"}},
     1,
     160,
     160,
     1e-2},
    {"OldestOpset", {"format=onnx", "imgsz=160", "opset=12"}, {{"onnxruntime", ".onnx"}}, 1, 160, 160, 1e-3},
    {"NewestOpset", {"format=onnx", "imgsz=160", "opset=23"}, {{"onnxruntime", ".onnx"}}, 1, 160, 160, 1e-3},
    {"ChannelsFirst",
     {"format=litert", "imgsz=96,160", "layout=nchw"},
     {{"litert", ".tflite"}},
     1,
     96,
     160,
     1e-3},
    {"ModelApi", {"format=openvino", "imgsz=160"}, {{"model_api", "_openvino_model"}}, 1, 160, 160, 1e-3},
    {"RawHead", {"format=ncnn", "imgsz=320", "head=raw"}, {{"ncnn_raw", "_ncnn_model"}}, 1, 96, 160, 1e-3},
    {"Weights8",
     {"format=litert", "imgsz=160", "quantize=w8a32"},
     {{"litert", "_w8a32.tflite"}, {"litert_plain", "_w8a32.tflite"}},
     1,
     160,
     160,
     1e-1},
    {"FullSize",
     {"format=onnx,openvino,ncnn,litert", "imgsz=640"},
     {{"onnxruntime", ".onnx"},
      {"openvino", "_openvino_model"},
      {"ncnn", "_ncnn_model"},
      {"litert", ".tflite"}},
     1,
     640,
     640,
     1e-3},
};

// Not checked: on drawn pictures, in few colours, scores of such weights are in an order of rounding.
const Way suppressing_ways[] = {
    {"Rows",
     {"format=onnx,openvino", "imgsz=96,160", "batch=2", "nms=True", "conf=0.05", "iou=0.5", "max_det=20"},
     {{"onnxruntime", ".onnx"}, {"openvino", ".onnx"}, {"openvino", "_openvino_model"}},
     2,
     96,
     160,
     1e-3,
     graph::SuppressionRule{0.05F, 0.5, 20, false}},
    {"RowsDynamic",
     {"format=onnx,openvino", "imgsz=320", "dynamic=True", "nms=True", "conf=0.05", "iou=0.5"},
     {{"onnxruntime", ".onnx"}, {"openvino", ".onnx"}, {"openvino", "_openvino_model"}},
     2,
     96,
     160,
     1e-3,
     graph::SuppressionRule{0.05F, 0.5, 300, false}},
};

class ExportRuntimes : public ::testing::TestWithParam<std::tuple<std::string, Way>> {};

TEST_P(ExportRuntimes, GiveWhatTheCpuEngineGives) {
    const auto& [task, way] = GetParam();
    // Their extra numbers are decoded elsewhere in NCNN's examples; classify has no head.
    if (way.name == std::string_view("RawHead") && task != "detect" && task != "segment") return;
    // It has no wrapper for these two.
    if (way.name == std::string_view("ModelApi") && (task == "pose" || task == "obb")) return;
    const fs::path golden = golden_dir() / "model" / task,
                   python = source_dir() / ".deps/runtimes/bin/python";
    YOLO_REQUIRE_FILE(golden / "model.pt");
    YOLO_REQUIRE_FILE(python);
    const fs::path folder = scratch_dir();
    export_golden(golden, folder, way.options);

    const Tensor images = golden_pictures(golden, way.pictures, way.height, way.width);
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
    std::vector<Tensor> expected = session.engine({.engine = "cpu", .threads = 2}).run({images, {}});
    if (way.nms) expected[0] = suppressed(expected[0], session.info().class_count(), *way.nms, task == "obb");
    for (std::size_t i = 0; i < way.runtimes.size(); ++i) {
        const formats::Safetensors actual = formats::read_safetensors(result(i));
        ASSERT_EQ(actual.tensors.size(), expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k) {
            const auto& expect = way.nms && k == 0 ? expect_rows_near : expect_near;
            expect(actual.tensors.at(fmt::format("output{}", k)).to_f32(), expected[k], way.tolerance,
                   fmt::format("{} on {}, output{}", way.runtimes[i].first, way.runtimes[i].second, k));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Suppressing, ExportRuntimes,
                         ::testing::Combine(::testing::Values("detect", "segment", "pose", "obb"),
                                            ::testing::ValuesIn(suppressing_ways)),
                         [](const auto& given) {
                             return std::get<0>(given.param) + std::string(std::get<1>(given.param).name);
                         });

INSTANTIATE_TEST_SUITE_P(Golden, ExportRuntimes,
                         ::testing::Combine(::testing::Values("detect", "segment", "pose", "obb", "classify"),
                                            ::testing::ValuesIn(ways)),
                         [](const auto& given) {
                             return std::get<0>(given.param) + std::string(std::get<1>(given.param).name);
                         });

}  // namespace
}  // namespace yolo::test
#endif

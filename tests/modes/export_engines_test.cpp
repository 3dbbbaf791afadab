// SPDX-License-Identifier: Apache-2.0
/// \file Every exported file in the engines that run it, beside the CPU engine: golden/model, five tasks,
/// more pictures than the file takes at once and fewer.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "export/format.hpp"
#include "inference/session.hpp"
#include "modes/export_support.hpp"
#include "support/message_of.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;

struct Case {
    const char *name, *format, *suffix, *engine;
    const char* option = "check=False";  ///< of the export
};
std::ostream& operator<<(std::ostream& to, const Case& which) {
    return to << which.name;
}

const std::vector<Case> engine_cases = {
#ifdef YOLO_HAS_ONNXRUNTIME
    {"OnnxRuntime", "onnx", ".onnx", "onnxruntime"},
#endif
#ifdef YOLO_HAS_OPENVINO
    {"OpenvinoOnnx", "onnx", ".onnx", "openvino"},
    {"Openvino", "openvino", "_openvino_model", "openvino"},
#endif
#ifdef YOLO_HAS_OPENCV
    {"Opencv", "onnx", ".onnx", "opencv", "opset=12"},
#endif
#ifdef YOLO_HAS_LITERT
    {"Litert", "litert", ".tflite", "litert"},
#endif
#ifdef YOLO_HAS_TORCH
    {"Torch", "torchscript", ".torchscript", "torch"},
    {"TorchOptimized", "torchscript", ".torchscript", "torch", "optimize=True"},
#endif
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExportEngines);  // where no such engine is built
class ExportEngines : public ::testing::TestWithParam<std::tuple<std::string, Case>> {
  protected:
    /// What the file gives for pictures of a size, and what the network gives.
    void compare(const std::vector<const char*>& options, int count, int height, int width,
                 const std::optional<graph::SuppressionRule>& nms = std::nullopt) {
        const auto& [task, which] = GetParam();
        const fs::path golden = golden_dir() / "model" / task, folder = scratch_dir();
        YOLO_REQUIRE_FILE(golden / "model.pt");
        const std::string format = fmt::format("format={}", which.format);
        std::vector<const char*> all = options;
        all.push_back(format.c_str());
        all.push_back("check=False");
        all.push_back(which.option);
        export_golden(golden, folder, all);
        const engines::Batch batch{golden_pictures(golden, count, height, width), {}};
        inference::Session file(inference::open_model((folder / "model").string() + which.suffix, {}),
                                which.engine);
        inference::Session network(inference::open_model((folder / "model.pt").string(), {}));
        EXPECT_EQ(file.info().task, network.info().task);
        EXPECT_EQ(*file.info().names, *network.info().names);
        const auto actual = file.engine({.engine = which.engine, .threads = 2}).run(batch);
        auto expected = network.engine({.engine = "cpu", .threads = 2}).run(batch);
        ASSERT_EQ(actual.size(), expected.size());
        if (nms) {
            expected[0] = suppressed(expected[0], network.info().class_count(), *nms, task == "obb");
            EXPECT_GT(expected[0].values<float>()[4], nms->conf);  // there is something to be found
            expect_rows_near(actual[0], expected[0], 1e-3, "rows");
        }
        for (std::size_t i = nms ? 1 : 0; i < actual.size(); ++i)
            expect_near(actual[i], expected[i], 1e-3, fmt::format("output{}", i));
    }
};

TEST_P(ExportEngines, ATwoAtATimeFileTakesThreePictures) {
    if (std::get<1>(GetParam()).engine == std::string_view("opencv")) {  // 4.6 multiplies no two pictures
        compare({"imgsz=96,160"}, 3, 96, 160);
        return;
    }
    compare({"imgsz=96,160", "batch=2"}, 3, 96, 160);
}

TEST_P(ExportEngines, AFreeFileTakesWhatComes) {
    if (std::get<1>(GetParam()).engine == std::string_view("opencv")) {
        EXPECT_THAT(message_of<Error>([&] {
                        compare({"imgsz=320", "dynamic=True"}, 1, 96, 160);
                    }),
                    ::testing::HasSubstr("fixed sizes"));
        return;
    }
    if (!exports::find_format(std::get<1>(GetParam()).format).takes("dynamic")) {
        EXPECT_THROW(compare({"imgsz=320", "dynamic=True"}, 1, 96, 160), UsageError);
        return;
    }
    compare({"imgsz=320", "dynamic=True"}, 1, 96, 160);
}

/// OpenCV has none of the operators, LiteRT's format takes neither nms nor free sizes.
std::vector<Case> suppressing_cases() {
    std::vector<Case> list = engine_cases;
    std::erase_if(list, [](const Case& which) {
        const std::string_view engine = which.engine;
        return engine == "opencv" || engine == "litert";
    });
    return list;
}

class SuppressingEngines : public ExportEngines {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SuppressingEngines);

// Two pictures: the third of golden/model has one colour, and so scores in an order of rounding.
TEST_P(SuppressingEngines, AFixedFileGivesRowsOfEachPicture) {
    compare({"imgsz=96,160", "batch=2", "nms=True", "conf=0.05", "iou=0.5", "max_det=20"}, 2, 96, 160,
            graph::SuppressionRule{0.05F, 0.5, 20, false});
}

TEST_P(SuppressingEngines, AFreeFileAlwaysGivesAsManyRows) {  // more than there are anchors
    compare(
        {"imgsz=320", "dynamic=True", "nms=True", "conf=0.05", "iou=0.5", "max_det=400", "agnostic_nms=True"},
        2, 96, 160, graph::SuppressionRule{0.05F, 0.5, 400, true});
}

class FreeEngines : public ExportEngines {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FreeEngines);

/// A foreign file, which does not say its stride: what the library throws is one sentence of ours.
TEST_P(FreeEngines, AFreeFileRefusesASizeInOneSentence) {
    const auto& [task, which] = GetParam();
    const std::string engine = which.engine;
    const fs::path golden = golden_dir() / "model" / task, folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "model.pt");
    export_golden(golden, folder,
                  {"imgsz=96", "dynamic=True", fmt::format("format={}", which.format).c_str()});
    const fs::path path = (folder / "model").string() + which.suffix;
    const engines::ExportedFile ours = engines::open_exported(path);
    const Tensor images = golden_pictures(golden, 1, 100, 90);
    const auto refusal = [&](const engines::Metadata& metadata) {
        const auto runs =
            engines::make_engine(engine, engines::ExportedFile{path, ours.format, metadata}, {});
        return message_of<Error>([&] { runs->run({images, {}}); });
    };
    EXPECT_THAT(refusal(ours.metadata), ::testing::HasSubstr("multiples of 32"));
    const std::string said = refusal({{"task", "detect"}});
    EXPECT_THAT(said, ::testing::Not(::testing::HasSubstr("\n")));
    EXPECT_TRUE(engine == "openvino" || said.size() > 20) << "OpenVINO alone computes something of any size";
}

INSTANTIATE_TEST_SUITE_P(Golden, FreeEngines,
                         ::testing::Combine(::testing::Values("detect"),
                                            ::testing::ValuesIn(suppressing_cases())),
                         [](const auto& given) { return std::string(std::get<1>(given.param).name); });

INSTANTIATE_TEST_SUITE_P(Golden, SuppressingEngines,
                         ::testing::Combine(::testing::Values("detect", "segment", "pose", "obb"),
                                            ::testing::ValuesIn(suppressing_cases())),
                         [](const auto& given) {
                             return std::get<0>(given.param) + std::string(std::get<1>(given.param).name);
                         });

INSTANTIATE_TEST_SUITE_P(Golden, ExportEngines,
                         ::testing::Combine(::testing::Values("detect", "segment", "pose", "obb", "classify"),
                                            ::testing::ValuesIn(engine_cases)),
                         [](const auto& given) {
                             return std::get<0>(given.param) + std::string(std::get<1>(given.param).name);
                         });

}  // namespace
}  // namespace yolo::test

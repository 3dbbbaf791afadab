// SPDX-License-Identifier: Apache-2.0
/// \file `yolo export int8=True` as a user meets it: calibrated with drawn pictures, measured, refused.
#ifndef YOLO_SANITIZED  // other people's programs
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "export/common/difference.hpp"
#include "inference/session.hpp"
#include "modes/export_support.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Options = std::vector<std::pair<const char*, Value>>;

/// Drawn pictures of a task: what data= is to be.
std::string drawn(Task task, const fs::path& folder, int pictures = 10, int size = 96) {
    run_data_shapes({.task = task, .pictures = pictures, .size = size, .folder = folder}, {});
    return task == Task::classify ? folder.string() : (folder / "shapes.yaml").string();
}

std::vector<ExportedModel> run(const fs::path& model, const Options& options, std::string* lines = nullptr) {
    Config config;
    config.set_mode(Mode::export_model);
    config.set("model", model.string());
    config.set("imgsz", std::int64_t{96});
    config.set("int8", true);
    for (const auto& [key, value] : options) config.set(key, value);
    CommandContext context;
    if (lines != nullptr)
        context.log = [lines](LogLevel, std::string_view line) { *lines += std::string(line) + "\n"; };
    return run_export(config, context);
}

std::string refusal(const fs::path& model, const Options& options) {
    try {
        run(model, options);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

std::set<std::string> files_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
    return names;
}

/// A trained model of this repository, in a folder of its own.
fs::path starter(const char* task, const fs::path& folder) {
    const fs::path from = source_dir() / "models/starter" / (std::string(task) + ".pt");
    fs::create_directories(folder);
    fs::copy_file(from, folder / "model.pt");
    return folder / "model.pt";
}

bool all_here(std::initializer_list<const char*> formats) {
    return std::all_of(formats.begin(), formats.end(),
                       [](const char* format) { return engines::is_here(engines::find_engine("", format)); });
}

TEST(ExportInt8, IsRefusedBeforeAnythingIsComputed) {
    const fs::path folder = scratch_dir(), model = starter("detect", folder / "m");
    const std::string data = drawn(Task::detect, folder / "d");
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", data}, {"opset", std::int64_t{12}}}),
                AllOf(HasSubstr("opset=12"), HasSubstr("13 to 23")));
    EXPECT_THAT(
        refusal(model, {{"format", "torchscript"}, {"data", data}}),
        AllOf(HasSubstr("torchscript cannot be written with quantize=8"), HasSubstr("onnx, openvino")));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", data}, {"quantize", "w8a32"}}),
                HasSubstr("onnx cannot be written with quantize=w8a32"));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", data}, {"integer_io", true}}),
                HasSubstr("onnx does not take integer_io; formats that do: litert"));
    EXPECT_THAT(refusal(model, {{"format", "litert"}, {"int8", false}, {"integer_io", true}}),
                HasSubstr("write int8=True too"));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", data}, {"calibrator", "guess"}}),
                AllOf(HasSubstr("calibrator=guess"), HasSubstr("minmax, percentile and entropy")));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", (folder / "none.yaml").string()}}),
                HasSubstr("none.yaml"));
    write_file(folder / "m/model_int8_layers.csv", "somebody's");
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"data", data}}), HasSubstr("model_int8_layers.csv"));
    EXPECT_EQ(files_in(folder / "m"), (std::set<std::string>{"model.pt", "model_int8_layers.csv"}));
}

TEST(ExportInt8, NeedsPictures) {
    const fs::path folder = scratch_dir();
    write_file(folder / "yolov8n.yaml", read_text(source_dir() / "models/yolov8.yaml"));
    EXPECT_THAT(refusal(folder / "yolov8n.yaml", {{"format", "onnx"}}), HasSubstr("data="));
}

TEST(ExportInt8, EverySpellingMeansTheSame) {
    const fs::path folder = scratch_dir(), model = starter("classify", folder / "m");
    const std::string data = drawn(Task::classify, folder / "d");
    for (const Value& spelling :
         {Value(std::int64_t{8}), Value("8"), Value("int8"), Value("INT8"), Value("w8a8")}) {
        const auto files = run(model, {{"format", "onnx"},
                                       {"int8", false},
                                       {"quantize", spelling},
                                       {"data", data},
                                       {"quantize_floor", 1.0},
                                       {"check", false},
                                       {"fraction", std::int64_t{2}}});
        EXPECT_EQ(files.at(0).path.filename(), "model_int8.onnx") << to_string(spelling);
    }
}

TEST(ExportInt8, SaysWhatIsLostAndWhere) {
    if (!all_here({"onnx", "openvino"})) GTEST_SKIP() << "an engine is not installed";
    const fs::path folder = scratch_dir(), model = starter("pose", folder / "m");
    const std::string data = drawn(Task::pose, folder / "d", 50, 256);
    std::string lines;
    const auto files =
        run(model, {{"format", "onnx,openvino"}, {"data", data}, {"imgsz", std::int64_t{256}}}, &lines);
    ASSERT_EQ(files.size(), 2U);
    EXPECT_THAT(lines,
                AllOf(HasSubstr("10 pictures: 300 or more are advised"), HasSubstr("calibrated (percentile)"),
                      HasSubstr("ONNX: mAP50-95(P) "), HasSubstr("OpenVINO: mAP50-95(P) "),
                      HasSubstr("model_int8_layers.csv (the worst: model.")));
    for (const ExportedModel& file : files) {
        EXPECT_LT(file.bytes, fs::file_size(model) * 0.58) << "a .pt has 16 bits";
        const auto metadata =
            engines::open_exported(file.path, *engines::format_of_name(file.path.string())).metadata;
        EXPECT_THAT(metadata.at("quantization"),
                    AllOf(HasSubstr("percentile"), HasSubstr("metrics/mAP50-95(P)")));
        EXPECT_THAT(metadata.at("args"), HasSubstr("shapes.yaml"));
    }
    const std::string table = read_text(folder / "m/model_int8_layers.csv");
    EXPECT_THAT(table, StartsWith("layer,op,input_low"));
    EXPECT_THAT(table, HasSubstr("\nmodel.0.conv,Conv,0,1,"));
    run(model, {{"format", "onnx"}, {"data", data}, {"quantize_floor", 1.0}, {"fraction", std::int64_t{2}}});
}

/// A channel of thousands that nobody reads: in 32 bits nothing changes, in 8 all others become 0.
TEST(ExportInt8, AFileThatLosesTooMuchIsNotWritten) {
    if (!all_here({"onnx"})) GTEST_SKIP() << "an engine is not installed";
    const fs::path folder = scratch_dir(), model = starter("pose", folder / "m");
    checkpoint::Checkpoint broken = checkpoint::load(model);
    Tensor bias = broken.weights.at("model.0.bn.bias").to_f32();
    bias = Tensor::from(bias.shape(), bias.values<float>());
    bias.mutable_values<float>()[0] = 50000;
    const Tensor old = broken.weights.at("model.1.conv.weight").to_f32();
    Tensor weight = Tensor::from(old.shape(), old.values<float>());
    const std::size_t area = 9, inputs = static_cast<std::size_t>(weight.dim(1));
    for (std::size_t i = 0; i < static_cast<std::size_t>(weight.elements()); ++i)
        if (i / area % inputs == 0) weight.mutable_values<float>()[i] = 0;
    broken.weights["model.0.bn.bias"] = bias;
    broken.weights["model.1.conv.weight"] = weight;
    fs::create_directories(folder / "b");
    checkpoint::save_safetensors(folder / "b/broken.safetensors", broken);
    const std::string data = drawn(Task::pose, folder / "d", 50, 256);
    const Options options = {
        {"format", "onnx"}, {"data", data}, {"imgsz", std::int64_t{256}}, {"check", false}};
    EXPECT_THAT(refusal(folder / "b/broken.safetensors", options),
                AllOf(HasSubstr("8 bits lose too much"), HasSubstr("quantize_floor=0.02"),
                      HasSubstr("nothing is written"), HasSubstr("model.")));
    EXPECT_EQ(files_in(folder / "b"), (std::set<std::string>{"broken.safetensors"}));
}

/// How alike two rows of numbers are, whatever their unit: 1 = the same.
double correlation(std::span<const float> a, std::span<const float> b) {
    const auto count = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count;
    const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa == 0 && bb == 0 ? 1 : ab / std::sqrt(std::max(aa * bb, 1e-30));
}

class Int8Channels : public ::testing::TestWithParam<const char*> {};

TEST_P(Int8Channels, AreNotFlattenedInAnyTask) {
    if (!all_here({"onnx", "openvino"})) GTEST_SKIP() << "an engine is not installed";
    const fs::path golden = golden_dir() / "model" / GetParam(), folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "forward.safetensors");
    const fs::path model = starter(GetParam(), folder / "m");
    const std::string data = drawn(checkpoint::load(model).info.task, folder / "d", 20, 160);
    run(model, {{"format", "onnx,openvino"},
                {"imgsz", std::int64_t{160}},
                {"quantize_floor", 1.0},
                {"check", false},
                {"data", data}});
    const Tensor images = golden_pictures(golden, 2, 160, 160);
    inference::Session session(checkpoint::load(model));
    const std::vector<Tensor> expected = session.engine({.engine = "cpu", .threads = 2}).run({images, {}});
    for (const char* suffix : {"_int8.onnx", "_int8_openvino_model"}) {
        const fs::path file = folder / "m" / ("model" + std::string(suffix));
        inference::Session exported(engines::open_exported(file, *engines::format_of_name(file.string())));
        const std::vector<Tensor> actual = exported.engine({.threads = 2}).run({images, {}});
        ASSERT_EQ(actual.size(), expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k) {
            ASSERT_EQ(actual[k].shape(), expected[k].shape());
            const auto count = static_cast<std::size_t>(expected[k].dim(1));
            const std::size_t rows = expected[k].shape().size() == 2 ? 2 : 2 * count;
            const std::size_t area = static_cast<std::size_t>(expected[k].elements()) / rows;
            for (std::size_t row = 0; row < rows; ++row) {
                const auto part = [&](const Tensor& of) {
                    return of.values<float>().subspan(row * area, area);
                };
                EXPECT_GT(correlation(part(actual[k]), part(expected[k])), 0.4)
                    << suffix << ", output" << k << ", channel " << row % count;
            }
        }
    }
}

/// LiteRT's own forms: bytes, maps of 16 bits, bytes from the input to the outputs.
TEST_P(Int8Channels, LitertComputesWhatTheNetworkDoes) {
    if (!all_here({"litert"})) GTEST_SKIP() << "LiteRT is not installed";
    const fs::path golden = golden_dir() / "model" / GetParam(), folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "forward.safetensors");
    const fs::path model = starter(GetParam(), folder / "m");
    const std::string data = drawn(checkpoint::load(model).info.task, folder / "d", 10, 96);
    const Tensor images = golden_pictures(golden, 1, 96, 96);  // 16 bits take LiteRT seconds a picture
    const auto outputs_of = [&](const Options& options) {
        Options all = {{"format", "litert"}, {"imgsz", std::int64_t{96}},
                       {"int8", false},      {"quantize_floor", 1.0},
                       {"check", false},     {"data", data}};
        all.insert(all.end(), options.begin(), options.end());
        const fs::path file = run(model, all).at(0).path;
        inference::Session session(engines::open_exported(file));
        return std::pair(file.filename().string(), session.engine({.threads = 2}).run({images, {}}));
    };
    inference::Session session(checkpoint::load(model));
    const std::vector<Tensor> exact = session.engine({.engine = "cpu", .threads = 2}).run({images, {}});

    const auto [wide_name, wide] = outputs_of({{"quantize", "w8a16"}});
    EXPECT_EQ(wide_name, "model_w8a16.tflite");
    EXPECT_LT(exports::difference(wide, exact, session.info()).mean, 0.05);

    const auto [name, floats] = outputs_of({{"quantize", std::int64_t{8}}});
    const auto [byte_name, bytes] = outputs_of({{"quantize", std::int64_t{8}}, {"integer_io", true}});
    EXPECT_EQ(name, "model_int8.tflite");
    EXPECT_EQ(byte_name, "model_full_integer_quant.tflite");
    // The same file but for its ends: boxes and scores are rounded to steps, and cut where they begin and
    // end.
    const bool classify = GetParam() == std::string_view("classify");
    const double step = classify || exact.size() == 1 ? 3.2 / 255 : 0.1;
    const Tensor &rounded = bytes.at(0), &whole = floats.at(0);
    const std::int64_t rows = classify ? 1 : whole.dim(1), area = whole.elements() / rows;
    std::size_t different = 0;
    for (std::int64_t i = 0; i < whole.elements(); ++i) {
        const double side = !classify && i / area < 4 ? 96 : 1;
        if (!classify && i / area >= 4 + session.info().class_count()) break;
        const auto at = static_cast<std::size_t>(i);
        const double should = std::clamp<double>(whole.values<float>()[at] / side, 0, 1);
        EXPECT_NEAR(std::clamp<double>(rounded.values<float>()[at] / side, 0, 1), should, step) << i;
        different += rounded.values<float>()[at] != whole.values<float>()[at] ? 1 : 0;
    }
    EXPECT_GT(different, 0U) << "nothing was rounded";
}

INSTANTIATE_TEST_SUITE_P(Tasks, Int8Channels,
                         ::testing::Values("detect", "segment", "pose", "obb", "classify"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace yolo::test
#endif

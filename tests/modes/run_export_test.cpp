// SPDX-License-Identifier: Apache-2.0
/// \file `yolo export` as a user meets it: where files go, what is refused, and that nobody's file is lost.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include <gmock/gmock.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "inference/opened_model.hpp"
#include "modes/file_suppression.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A folder with a small network in it, as a description.
fs::path network_in(const fs::path& folder) {
    write_file(
        folder / "tiny.yaml",
        "nc: 3\ndepth_multiple: 0.33\nwidth_multiple: 0.0625\nbackbone:\n"
        "  - [-1, 1, Conv, [64, 3, 2]]\n  - [-1, 1, Conv, [128, 3, 2]]\n  - [-1, 1, C2f, [128, True]]\n"
        "head:\n  - [[1, 2], 1, Detect, [nc]]\n");
    inference::open_checkpoint((folder / "tiny.yaml").string(), "a test", {});
    checkpoint::save_safetensors(folder / "tiny.safetensors",
                                 inference::open_checkpoint((folder / "tiny.yaml").string(), "a test", {}));
    return folder / "tiny.safetensors";
}

std::vector<ExportedModel> run(const fs::path& model,
                               const std::vector<std::pair<const char*, Value>>& options,
                               std::string* lines = nullptr) {
    Config config;
    config.set_mode(Mode::export_model);
    config.set("model", model.string());
    config.set("imgsz", std::int64_t{64});
    for (const auto& [key, value] : options) config.set(key, value);
    CommandContext context;
    if (lines != nullptr)
        context.log = [lines](LogLevel, std::string_view line) { *lines += std::string(line) + "\n"; };
    return run_export(config, context);
}

std::string refusal(const fs::path& model, const std::vector<std::pair<const char*, Value>>& options) {
    try {
        run(model, options);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST(RunExport, WritesEveryFormatBesideTheModelAndSaysWhatToDoWithIt) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    std::string lines;
    const auto files = run(model, {{"format", "all"}}, &lines);
    ASSERT_GE(files.size(), 4U);
    for (const ExportedModel& file : files) {
        EXPECT_EQ(file.path.parent_path(), folder);
        if (file.format == "safetensors") continue;  // the next test
        const engines::ExportedFormat* format = engines::format_of_name(file.path.string());
        ASSERT_NE(format, nullptr) << file.path;
        EXPECT_EQ(format->name, file.format);
        const auto metadata = engines::open_exported(file.path, *format).metadata;
        EXPECT_EQ(metadata.at("task"), "detect");
        EXPECT_GT(file.bytes, 1000U);
    }
    EXPECT_THAT(lines, AllOf(HasSubstr("tiny.onnx"), HasSubstr("yolo val model=")));
}

TEST(RunExport, SafetensorsAreReadAgain) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    fs::rename(model, folder / "given.safetensors");
    const auto given = checkpoint::load(folder / "given.safetensors");
    for (const char* again : {"first", "second"}) {
        SCOPED_TRACE(again);
        run(folder / "given.safetensors", {{"format", "safetensors"}});
        const auto written = checkpoint::load(folder / "given.safetensors");
        EXPECT_EQ(*written.info.names, *given.info.names);
        ASSERT_EQ(written.weights.size(), given.weights.size());
        for (const auto& [name, tensor] : given.weights) {
            const Tensor& same = written.weights.at(name);
            ASSERT_EQ(same.dtype(), tensor.dtype());
            EXPECT_EQ(std::memcmp(same.raw(), tensor.raw(), tensor.bytes()), 0) << name;
        }
    }
    const auto files =
        run(folder / "given.safetensors", {{"format", "safetensors"}, {"quantize", std::int64_t{16}}});
    EXPECT_EQ(files.at(0).path, folder / "given_fp16.safetensors");
    EXPECT_EQ(checkpoint::load(files.at(0).path).weights.at("model.0.conv.weight").dtype(), DType::f16);
}

TEST(RunExport, AnEarlierExportIsReplacedAndAForeignFileIsNot) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    for (const char* format : {"onnx", "openvino"}) {
        run(model, {{"format", format}});
        run(model, {{"format", format}});
    }
    write_file(folder / "tiny.onnx", "somebody's");
    EXPECT_THAT(refusal(model, {{"format", "onnx"}}), HasSubstr("was not written by this program"));
    EXPECT_EQ(read_text(folder / "tiny.onnx"), "somebody's");
    write_file(folder / "tiny_openvino_model/notes.txt", "mine");
    EXPECT_THAT(refusal(model, {{"format", "openvino"}}), HasSubstr("was not written by this program"));
    EXPECT_EQ(read_text(folder / "tiny_openvino_model/notes.txt"), "mine");
    fs::remove(folder / "tiny.onnx");
    write_file(folder / "elsewhere", "theirs");
    fs::create_symlink(folder / "elsewhere", folder / "tiny.onnx");
    EXPECT_THAT(refusal(model, {{"format", "onnx"}}), HasSubstr("was not written by this program"));
    EXPECT_EQ(read_text(folder / "elsewhere"), "theirs");
}

TEST(RunExport, WhatAFormatCannotDoIsRefusedBeforeAnythingIsWritten) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    EXPECT_THAT(refusal(model, {{"format", "onnx,ncnn"}, {"dynamic", true}}),
                AllOf(HasSubstr("ncnn does not take dynamic"), HasSubstr("onnx")));
    EXPECT_THAT(refusal(model, {{"format", "ncnn"}, {"nms", true}}),
                AllOf(HasSubstr("ncnn does not take nms"), HasSubstr("torchscript, onnx, openvino")));
    EXPECT_THAT(refusal(model, {{"format", "torchscript"}, {"quantize", std::int64_t{16}}}),
                AllOf(HasSubstr("torchscript cannot be written with quantize=16"), HasSubstr("onnx")));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"opset", std::int64_t{99}}}), HasSubstr("12 to 23"));
    EXPECT_THAT(refusal(model, {{"format", "onnx,litert"}, {"layout", "nchw"}}),
                HasSubstr("onnx does not take layout; formats that do: litert"));
    EXPECT_THAT(refusal(model, {{"format", "torchscript,onnx"}, {"optimize", true}}),
                HasSubstr("onnx does not take optimize; formats that do: torchscript"));
    EXPECT_THAT(refusal(model, {{"format", "litert"}, {"layout", "chw"}}), HasSubstr("nhwc and nchw"));
    EXPECT_THAT(
        refusal(model, {{"format", "engine"}}),
        HasSubstr("format=engine is for TensorRT, which this version does not write: format=onnx is"));
    EXPECT_THAT(refusal(model, {{"format", "onnxx"}}), HasSubstr("did you mean onnx?"));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"batch", 0.5}}), HasSubstr("batch=0.5"));
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_TRUE(entry.path().stem() == "tiny" && entry.path().extension() != ".onnx") << entry.path();
}

TEST(RunExport, AnOptimizedScriptTurnsItsMapsRound) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    for (const bool optimize : {false, true}) {
        const auto file = run(model, {{"format", "torchscript"}, {"optimize", optimize}}).at(0);
        EXPECT_EQ(read_text(file.path).find("torch.contiguous(images, memory_format=2)") != std::string::npos,
                  optimize);
        EXPECT_THAT(engines::open_exported(file.path).metadata.at("args"),
                    HasSubstr(optimize ? "\"optimize\":true" : "\"optimize\":false"));
    }
}

/// What describes the network is the same for both: it must be small beside the weights.
TEST(RunExport, AFileOf16BitsIsHalfAsLarge) {
    const fs::path folder = scratch_dir();
    fs::copy_file(source_dir() / "models/starter/detect.pt", folder / "best.pt");
    const auto bytes_of = [&](bool half) {
        std::map<std::string, double> bytes;
        for (const ExportedModel& file : run(folder / "best.pt", {{"format", "onnx,openvino,ncnn,litert"},
                                                                  {"imgsz", std::int64_t{640}},
                                                                  {"check", false},
                                                                  {"half", half}}))
            bytes[file.format] = static_cast<double>(file.bytes);
        return bytes;
    };
    const auto whole = bytes_of(false), half = bytes_of(true);
    for (const auto& [format, bytes] : whole) EXPECT_LE(half.at(format), 0.51 * bytes) << format;
}

TEST(RunExport, EachFileSaysHowFarItIsFromTheModel) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    for (const ExportedModel& file : run(model, {{"format", "all"}, {"dynamic", false}})) {
        if (file.format == "safetensors") continue;  // the weights themselves
        const auto metadata = engines::open_exported(file.path).metadata;
        EXPECT_EQ(file.check.has_value(), metadata.contains("certificate")) << file.format;
        EXPECT_EQ(file.check.has_value(), file.not_checked.empty()) << file.format;
        if (!file.check) continue;
        EXPECT_LT(file.check->largest_error, 1e-4) << file.format;
        EXPECT_GT(file.check->largest_error, 0) << file.format << " would be a copy of our own engine";
        EXPECT_THAT(metadata.at("certificate"), HasSubstr(file.check->version));
    }
    const auto unchecked = run(model, {{"format", "onnx"}, {"check", false}}).at(0);
    EXPECT_EQ(unchecked.not_checked, "check=False");
    EXPECT_FALSE(engines::open_exported(unchecked.path).metadata.contains("certificate"));
}

TEST(RunExport, ABrokenModelLeavesNoFile) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    checkpoint::Checkpoint broken = inference::open_checkpoint(model.string(), "a test", {});
    for (auto& [name, values] : broken.weights) {
        if (!name.ends_with("cv3.0.2.bias")) continue;
        Tensor nans = Tensor::allocate(DType::f32, values.shape());
        std::ranges::fill(nans.mutable_values<float>(), NAN);
        values = nans;
    }
    checkpoint::save_safetensors(folder / "broken.safetensors", broken);
    const auto written = [&] {
        return std::count_if(fs::directory_iterator(folder), {}, [](const auto& entry) {
            const std::string name = entry.path().filename().string();
            return name.starts_with("broken") && name != "broken.safetensors";
        });
    };
    if (engines::is_here(engines::find_engine("", "onnx"))) {
        EXPECT_THAT(refusal(folder / "broken.safetensors", {{"format", "onnx"}}), HasSubstr("not numbers"));
        EXPECT_EQ(written(), 0);
    }
    run(folder / "broken.safetensors", {{"format", "onnx"}, {"check", false}});
    EXPECT_EQ(written(), 1);
}

TEST(RunExport, WhatTheUserSaysOfTheModelStandsInTheFile) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    const auto file = run(model, {{"format", "onnx"},
                                  {"license", "CC-BY-4.0"},
                                  {"author", "A. N. \"Other\""},
                                  {"description", "it's {ours}: all"}})
                          .at(0);
    const auto metadata = engines::open_exported(file.path).metadata;
    EXPECT_EQ(metadata.at("license"), "CC-BY-4.0");
    EXPECT_EQ(metadata.at("author"), "A. N. \"Other\"");
    EXPECT_EQ(metadata.at("description"), "it's {ours}: all");
}

TEST(RunExport, SuppressionStandsInTheFileAndIsSaidWhereItCannotBeFollowed) {
    const fs::path folder = scratch_dir(), model = network_in(folder);
    std::string lines;
    run(model, {{"format", "onnx"}, {"iou", 0.5}}, &lines);
    EXPECT_THAT(lines, HasSubstr("iou=0.5 has no effect without nms=True"));
    const auto files =
        run(model, {{"format", "onnx"}, {"nms", true}, {"conf", 0.1}, {"max_det", std::int64_t{7}}});
    const auto metadata = engines::open_exported(files[0].path, *engines::format_of_name("x.onnx")).metadata;
    EXPECT_THAT(metadata.at("args"),
                AllOf(HasSubstr("'nms': True"), HasSubstr("'conf': 0.1,"), HasSubstr("'iou': 0.7"),
                      HasSubstr("'max_det': 7"), HasSubstr("'agnostic_nms': False")));
    const inference::OpenedModel opened = inference::open_model(files[0].path.string(), {});
    const auto said = [&opened](Mode mode, const char* key, const Value& value) {
        Config config;
        config.set_mode(mode);
        config.set(key, value);
        std::string text;
        modes::warn_of_suppression(config, opened, mode, [&text](LogLevel, std::string_view line) {
            text += std::string(line) + "\n";
        });
        return text;
    };
    EXPECT_THAT(said(Mode::predict, "conf", 0.05), HasSubstr("conf=0.05 has no effect"));
    EXPECT_EQ(said(Mode::predict, "conf", 0.3), "");  // narrows
    EXPECT_THAT(said(Mode::predict, "iou", 0.6), HasSubstr("nms=True and iou=0.7"));
    EXPECT_EQ(said(Mode::predict, "iou", 0.7), "");
    EXPECT_THAT(said(Mode::predict, "max_det", std::int64_t{8}), HasSubstr("max_det=7"));
    EXPECT_THAT(said(Mode::predict, "agnostic_nms", true), HasSubstr("agnostic_nms=False"));
    EXPECT_THAT(said(Mode::val, "conf", 0.3), HasSubstr("these figures are lower"));
}

}  // namespace
}  // namespace yolo::test

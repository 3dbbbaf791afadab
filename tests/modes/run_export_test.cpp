// SPDX-License-Identifier: Apache-2.0
/// \file `yolo export` as a user meets it: where files go, what is refused, and that nobody's file is lost.
#include <gmock/gmock.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "engines/exported/formats.hpp"
#include "inference/opened_model.hpp"
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
        const engines::ExportedFormat* format = engines::format_of_name(file.path.string());
        ASSERT_NE(format, nullptr) << file.path;
        EXPECT_EQ(format->name, file.format);
        const auto metadata = engines::open_exported(file.path, *format).metadata;
        EXPECT_EQ(metadata.at("task"), "detect");
        EXPECT_GT(file.bytes, 1000U);
    }
    EXPECT_THAT(lines, AllOf(HasSubstr("tiny.onnx"), HasSubstr("yolo val model=")));
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
    EXPECT_THAT(refusal(model, {{"format", "torchscript"}, {"quantize", std::int64_t{16}}}),
                AllOf(HasSubstr("torchscript cannot be written with quantize=16"), HasSubstr("onnx")));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"opset", std::int64_t{99}}}), HasSubstr("12 to 23"));
    EXPECT_THAT(refusal(model, {{"format", "onnx,litert"}, {"layout", "nchw"}}),
                HasSubstr("onnx does not take layout; formats that do: litert"));
    EXPECT_THAT(refusal(model, {{"format", "litert"}, {"layout", "chw"}}), HasSubstr("nhwc and nchw"));
    EXPECT_THAT(refusal(model, {{"format", "onnxx"}}), HasSubstr("did you mean onnx?"));
    EXPECT_THAT(refusal(model, {{"format", "onnx"}, {"batch", 0.5}}), HasSubstr("batch=0.5"));
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_TRUE(entry.path().stem() == "tiny" && entry.path().extension() != ".onnx") << entry.path();
}

}  // namespace
}  // namespace yolo::test

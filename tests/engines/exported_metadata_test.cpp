// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "engines/exported/formats.hpp"
#include "engines/exported/metadata.hpp"
#include "formats/protobuf.hpp"
#include "formats/zip/zip_stream.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string onnx_file() {
    formats::ProtoMessage model, entry, graph;
    entry.text(1, "task").text(2, "obb");
    graph.text(2, "a graph");
    model.integer(1, 8).message(7, std::move(graph)).message(14, std::move(entry));
    return model.text();
}

/// A FlatBuffer's front, and what stands behind it.
std::string litert_file(const std::vector<std::pair<const char*, std::string>>& entries) {
    std::string file = "\x1c" + std::string(3, '\0') + "TFL3" + std::string(100, '\1');
    formats::ZipStream zip(
        [&](std::span<const std::byte> bytes) {
            file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        },
        file.size());
    for (const auto& [name, text] : entries) zip.add(name, text);
    zip.finish();
    return file;
}

/// The sentence of what is thrown; "" when nothing is.
std::string refusal(const std::string& name, const fs::path& path) {
    try {
        engines::open_exported(path, *engines::format_of_name(name));
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(ExportedMetadata, OfEachFormat) {
    const fs::path folder = scratch_dir();
    write_file(folder / "a.onnx", onnx_file());
    EXPECT_EQ(engines::onnx_metadata(folder / "a.onnx").at("task"), "obb");
    write_file(folder / "a.torchscript", [](const FileSink& sink) {
        formats::ZipStream zip(sink);
        zip.add("a/extra/config.txt", R"({"task": "pose", "imgsz": [64, 96], "names": {"0": "a: 'b'"}})");
        zip.finish();
    });
    EXPECT_EQ(engines::torchscript_metadata(folder / "a.torchscript").at("imgsz"), "[64,96]");
    write_file(folder / "a.tflite",
               litert_file({{"metadata.json", R"({"task": "obb", "names": {"0": "it's"}})"},
                            {"temp_meta.txt", "{'task': 'none'}"}}));
    EXPECT_EQ(engines::litert_metadata(folder / "a.tflite").at("task"), "obb");
    write_file(folder / "old.tflite",
               litert_file({{"temp_meta.txt", R"({'task': 'pose', 'names': {0: "it's"}})"}}));
    EXPECT_EQ(engines::litert_metadata(folder / "old.tflite").at("names"), R"({"0":"it's"})");
    fs::create_directories(folder / "a_ncnn_model");
    write_file(folder / "a_ncnn_model/metadata.yaml", "task: segment\nnames:\n  0: \"it's\"\n");
    EXPECT_EQ(engines::folder_metadata(folder / "a_ncnn_model").at("names"), R"({"0":"it's"})");
    fs::remove(folder / "a_ncnn_model/metadata.yaml");
    EXPECT_TRUE(engines::folder_metadata(folder / "a_ncnn_model").empty());
}

TEST(ExportedMetadata, AFileCutShortIsOneSentence) {
    const fs::path file = scratch_dir() / "cut.onnx";
    const std::string whole = onnx_file();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write_file(file, whole.substr(0, size));
        const std::string text = refusal("cut.onnx", file);
        const bool at_an_end = size == 13;  // behind the graph: a file without metadata
        if (!at_an_end) {
            EXPECT_THAT(text, AllOf(HasSubstr("cut.onnx"), HasSubstr("is not an ONNX file"))) << size;
        }
    }
}

TEST(ExportedMetadata, ALitertFileWithoutAnArchiveSaysNothing) {
    const auto of = [](const std::string& bytes) {
        return engines::litert_metadata(std::as_bytes(std::span(bytes)));
    };
    const std::string whole = litert_file({{"labels.txt", "a"}});
    EXPECT_TRUE(of(whole).empty());
    EXPECT_TRUE(of(whole.substr(0, 100)).empty());
    EXPECT_THROW(of("PK" + whole), Error);
    EXPECT_THROW(of(whole.substr(0, 7)), Error);
    EXPECT_THROW(of(litert_file({{"metadata.json", "{'a"}})), Error);
    EXPECT_EQ(of(litert_file({{"temp_meta.txt", "{'names': {0: 'caf\xE9'}}"}})).at("names"),
              "{\"0\":\"caf\xEF\xBF\xBD\"}");
}

TEST(ExportedMetadata, AFolderWhereAFileBelongsIsSaid) {
    const fs::path scratch = scratch_dir();
    fs::create_directories(scratch / "a.onnx");
    EXPECT_THAT(refusal("a.onnx", scratch / "a.onnx"),
                HasSubstr("is a folder, but a model of the format onnx is a file"));
    write_file(scratch / "b_openvino_model", "x");
    EXPECT_THAT(refusal("b_openvino_model", scratch / "b_openvino_model"), HasSubstr("is a file, but"));
}

}  // namespace
}  // namespace yolo::test

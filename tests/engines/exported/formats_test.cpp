// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/formats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo::test {
namespace {

using engines::ExportedFormat;
using engines::ExportedFormats;

const ExportedFormats formats = {{.name = "onnx", .suffix = ".onnx"},
                                 {.name = "qnn", .suffix = "_qnn.onnx"},
                                 {.name = "ncnn", .suffix = "_ncnn_model", .folder = true}};

std::string format_of(const std::string& name) {
    const ExportedFormat* format = engines::format_of_name(name, formats);
    return format == nullptr ? "" : format->name;
}

TEST(ExportedFormats, ByTheSuffixThatEndsLast) {
    EXPECT_EQ(format_of("best.onnx"), "onnx");
    EXPECT_EQ(format_of("runs/Best.ONNX"), "onnx");
    EXPECT_EQ(format_of("best.pt.onnx"), "onnx");
    EXPECT_EQ(format_of("best_qnn.onnx"), "qnn");
    EXPECT_EQ(format_of("best.onnx.pt"), "");
    EXPECT_EQ(format_of("best_ncnn_model"), "ncnn");
    EXPECT_EQ(format_of("runs/best_ncnn_model/"), "ncnn");
    EXPECT_EQ(format_of("best_ncnn_model/model.ncnn.param"), "ncnn")
        << "a part of the folder that is the model";
    EXPECT_EQ(format_of("best_ncnn_model/model.ncnn.bin"), "ncnn");
    EXPECT_EQ(format_of("best.bin"), "");
    EXPECT_EQ(format_of("best_ncnn_model/best.pt"), "") << "the last part of the path alone counts";
    for (const char* name : {"best.pt", "best.safetensors", "yolov8n", "yolov8n.yaml", "onnx", "", "/"})
        EXPECT_EQ(format_of(name), "") << name;
}

TEST(ExportedFormats, OfTheProgramHaveNamesOfTheirOwn) {
    for (const ExportedFormat& format : engines::exported_formats()) {
        EXPECT_NE(format.read_metadata, nullptr) << format.name;
        EXPECT_EQ(engines::format_of_name("x" + format.suffix)->name, format.name);
    }
}

}  // namespace
}  // namespace yolo::test

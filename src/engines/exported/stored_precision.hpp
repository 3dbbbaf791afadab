// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace yolo::engines {

// What most bytes of a file's weights are, as the file itself has them, whatever its metadata say: "fp32",
// "fp16", "int8"; "" when it has none of these. Throw Error for what is no such file.

std::string onnx_precision(const std::filesystem::path& path);
std::string openvino_precision(const std::filesystem::path& folder);
std::string ncnn_precision(const std::filesystem::path& folder);
std::string litert_precision(const std::filesystem::path& path);
std::string torchscript_precision(const std::filesystem::path& path);

}  // namespace yolo::engines

// SPDX-License-Identifier: Apache-2.0
/// \file Where each format keeps what a file says of its model. Every reader throws Error, naming the file,
/// for what is no such file, and gives an empty list for one that says nothing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "engines/model_source.hpp"

namespace yolo::engines {

Metadata onnx_metadata(const std::filesystem::path& path);         ///< metadata_props of the ModelProto
Metadata onnx_metadata(std::span<const std::byte> model);          ///< the same of its bytes
Metadata torchscript_metadata(const std::filesystem::path& path);  ///< ROOT/extra/config.txt, JSON
Metadata litert_metadata(
    const std::filesystem::path& path);  ///< metadata.json of the archive behind the network
Metadata litert_metadata(std::span<const std::byte> model);
Metadata folder_metadata(const std::filesystem::path& path);  ///< metadata.yaml: OpenVINO, NCNN

}  // namespace yolo::engines

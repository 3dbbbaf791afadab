// SPDX-License-Identifier: Apache-2.0
/// \file The formats of exported models: how a file is recognised, and who reads what it says of its model.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engines/model_source.hpp"

namespace yolo::engines {

/// One format: a row of the table. Which engines run it, they say themselves (EngineEntry::takes).
struct ExportedFormat {
    std::string name;     ///< "onnx": format=NAME, ExportedFile::format, EngineEntry::takes
    std::string suffix;   ///< ".onnx", or the end of a folder's name: "_openvino_model"; small letters
    bool folder = false;  ///< the model is a folder
    /// What stands in the file; empty when it says nothing. Throws Error that names the file when it is no
    /// such file.
    Metadata (*read_metadata)(const std::filesystem::path& path) = nullptr;
    /// "fp16": what the weights are in the file (stored_precision.hpp); null: nobody here can tell.
    std::string (*read_precision)(const std::filesystem::path& path) = nullptr;
};
using ExportedFormats = std::vector<ExportedFormat>;

const ExportedFormats& exported_formats();

/// The file of a folder whose name ends so; empty when there is none.
std::filesystem::path file_in(const std::filesystem::path& folder, std::string_view ending);

/// The format of a file by its name alone: of all suffixes that stand in it, in letters of any size, the one
/// that ends last, then the longest ("best.pt.onnx" is onnx); null: a checkpoint, or nothing that is known.
const ExportedFormat* format_of_name(const std::string& name,
                                     const ExportedFormats& formats = exported_formats());

/// The file with what it says. Throws Error when there is none, or when it cannot be read.
ExportedFile open_exported(const std::filesystem::path& path, const ExportedFormat& format);

/// The same of a file whose name says its format. Throws Error when it says none.
ExportedFile open_exported(const std::filesystem::path& path);

}  // namespace yolo::engines

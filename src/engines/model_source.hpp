// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "graph/passes.hpp"

namespace yolo::engines {

/// What an exported file tells about its model, as text by key ("task", "names", "stride" ...).
using Metadata = std::map<std::string, std::string, std::less<>>;

/// A model in another format, a file or a folder: a library that knows the format runs it.
struct ExportedFile {
    std::filesystem::path path;
    std::string format;  ///< "onnx": the name in exported_formats()
    Metadata metadata;
};

/// What an engine is made from.
using ModelSource = std::variant<graph::Network, ExportedFile>;

/// The kind of a source that is no file, for EngineEntry::takes.
inline constexpr std::string_view network_kind = "network";

/// network_kind, or the file's format.
std::string_view kind_of(const ModelSource& source);

}  // namespace yolo::engines

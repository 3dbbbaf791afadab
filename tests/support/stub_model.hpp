// SPDX-License-Identifier: Apache-2.0
/// \file A format of exported models as small as one can be, and the engine that runs it: what a new format
/// adds to the tables, without one.
#pragma once

#include <fstream>

#include "core/files.hpp"
#include "core/json.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"

namespace yolo::test {

/// The file holds its metadata alone, as JSON. Beside the usual keys: `classes`, `layout`.
inline void write_stub(const std::filesystem::path& path, const engines::Metadata& metadata) {
    std::ofstream(path) << Json(std::map<std::string, std::string>(metadata.begin(), metadata.end()));
}

inline engines::Metadata read_stub(const std::filesystem::path& path) {
    engines::Metadata metadata;
    const Json content = parse_json(read_text(path), path.string());
    for (const auto& [key, value] : content.items()) metadata[key] = value.get<std::string>();
    return metadata;
}

inline engines::ExportedFormats stub_formats() {
    return {{.name = "stub", .suffix = ".stub", .read_metadata = read_stub}};
}

/// The usual engines, the stub's, and one whose plug-in is of another version.
inline engines::EngineTable stub_engines() {
    engines::EngineTable table = engines::engine_table();
    table.push_back(
        {.name = "stub", .purpose = "the engine 'stub'", .takes = {"stub"}, .plugin = "yolo_stub_engine"});
    table.push_back(
        {.name = "old", .purpose = "the engine 'old'", .takes = {"stub"}, .plugin = "yolo_old_engine"});
    return table;
}

}  // namespace yolo::test

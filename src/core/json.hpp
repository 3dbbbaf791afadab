// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace yolo {

/// Plain data of YAML files, checkpoints and headers: null, bool, integer, number, text, list, object (order
/// kept).
using Json = nlohmann::ordered_json;

/// Parses YAML 1.1 scalars as the field's files use them (true/false, null, numbers, quoted text).
/// Throws Error that names `where` and the line.
Json parse_yaml(std::string_view text, const std::string& where);
Json read_yaml(const std::filesystem::path& path);

/// Parses JSON. Throws Error that names `where`.
Json parse_json(std::string_view text, const std::string& where);

}  // namespace yolo

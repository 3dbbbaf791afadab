// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace yolo {

/// Plain data of YAML files, checkpoints and headers: null, bool, integer, number, text, list, object (order
/// kept).
using Json = nlohmann::ordered_json;

/// Parses YAML with the scalars of its version 1.1, as the field's Python tools read them: yes and off are
/// flags but y is text, 0x1F and 1_000 are whole numbers, 1.0 is a real one, 1e3 (no point) and 008 are text.
/// Of a key that is there twice the last one counts; `repeated` is told such keys, as "key val". Throws Error
/// that names `where` and the line.
Json parse_yaml(std::string_view text, const std::string& where,
                std::vector<std::string>* repeated = nullptr);
Json read_yaml(const std::filesystem::path& path);

/// Parses JSON. Throws Error that names `where`.
Json parse_json(std::string_view text, const std::string& where);

/// The JSON of a value on one line, or with `indent` blanks a level. Bytes that are not UTF-8 (names from
/// files of strangers) become U+FFFD.
std::string json_text(const Json& value, int indent = -1);

/// A text as it stands, anything else as its JSON.
std::string text_or_json(const Json& value);

}  // namespace yolo

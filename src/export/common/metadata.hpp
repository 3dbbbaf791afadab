// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yolo/model_info.hpp>

#include "core/json.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// What a file says about itself, key by key in the order of the file. Names are a list here and a dictionary
/// by index in every text form.
using Metadata = std::vector<std::pair<std::string, Json>>;

/// What `version` starts with in a file of ours.
inline constexpr std::string_view writer_name = "yolo.cpp";

/// What the metadata of one file are made of.
struct FileFacts {
    const ModelInfo& info;
    const Json& model;      ///< a checkpoint's own: train_args, author, license, description
    std::string head;       ///< "Detect"
    graph::InputSize size;  ///< of the input; of a dynamic file the one it was made at
    int batch = 1;
    Json arguments;          ///< options that the format takes, with their values
    std::string now;         ///< local time, ISO 8601 with zone
    Json certificate = {};   ///< what was measured of the file; null: nothing was
    Json quantization = {};  ///< of int8 and w8a16: how it was made, and what it loses
};

/// The keys that readers of exported files know, in their order. What the model does not say (license,
/// author) is left out.
Metadata file_metadata(const FileFacts& facts);

/// Now, as "2026-11-30T12:34:56.789012+01:00".
std::string iso_now();

/// Each value as Python's str() writes it, whatever is in a class name: names are {0: 'person'}.
std::vector<std::pair<std::string, std::string>> as_python(const Metadata& metadata);
/// One dictionary of them, as Python's str() writes it.
std::string as_python_dict(const Metadata& metadata);
/// One JSON object; names are {"0": "person"}.
std::string as_json(const Metadata& metadata);
/// A YAML document; names are a mapping by number.
std::string as_yaml(const Metadata& metadata);

}  // namespace yolo::exports

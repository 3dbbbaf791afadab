// SPDX-License-Identifier: Apache-2.0
/// \file Which rows a benchmark has: each format with each engine that runs it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <yolo/config.hpp>

#include "core/json.hpp"
#include "engines/registry.hpp"
#include "inference/opened_model.hpp"

namespace yolo::modes {

/// The model as it is, among the formats: "pytorch".
inline constexpr const char* own_format = "pytorch";

/// A file to be made, or the model itself.
struct PlannedFile {
    std::string format;                             ///< own_format, "onnx" ...
    std::string kind;                               ///< what engines take: "network", "onnx" ...
    std::map<std::string, Value> export_with = {};  ///< options beside those of the benchmark
    std::vector<std::string> engines = {};          ///< that run it here
    std::string no_engine = {};                     ///< why none does
};

/// Options that each engine's file needs beside those that were given: OpenCV reads older operators.
std::map<std::string, Value> needed_by(const engines::EngineEntry& entry);

/// The files and their engines, in the order of the table. `probed`: the answer of probe_job. Throws
/// UsageError for a format or an engine that is unknown, and for an engine that runs none of the formats.
std::vector<PlannedFile> plan_files(const Config& config, const inference::OpenedModel& model,
                                    const Json& probed,
                                    const engines::EngineTable& engines = engines::engine_table());

}  // namespace yolo::modes

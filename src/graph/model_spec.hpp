// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "core/json.hpp"
#include "graph/graph.hpp"

namespace yolo::graph {

/// The content of a model YAML (or of the `yaml` attribute of a checkpoint): keys nc, scales, backbone, head,
/// kpt_shape ... kept as data, plus what the file name says.
struct ModelSpec {
    Json yaml;          ///< the file's keys
    std::string scale;  ///< "n", "s", ...; "" = the file has depth_multiple and width_multiple instead
    std::string file;   ///< "yolov8n-seg.yaml", for messages and the model's name
};

/// Reads FILE, or the unscaled file that its name stands for (yolov8n-seg.yaml -> yolov8-seg.yaml), looked
/// for at the path itself, then among the models that ship. `warning` says when no scale letter was given
/// (the first scale is used). Throws Error when there is no such file or it is not a model description.
ModelSpec read_model_spec(const std::filesystem::path& path, std::string* warning = nullptr);

/// What overrides the YAML's own values.
struct BuildOptions {
    std::optional<int> class_count = {};
    std::optional<std::array<int, 2>> kpt_shape = {};
    std::optional<int> channels = {};  ///< of the input picture; else the YAML's, else 3
    /// Channels of the head's class branch: a model keeps those of the one it was trained from, whose number
    /// of classes may be another. Else max(channels of the first level, min(classes, 100)).
    std::optional<int> class_width = {};
};

/// Builds the training-stage graph. Throws Error that names the row for an unknown block or arguments that do
/// not fit.
Graph build_graph(const ModelSpec& spec, const BuildOptions& options = {});

}  // namespace yolo::graph

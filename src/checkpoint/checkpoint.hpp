// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "core/json.hpp"
#include "graph/graph.hpp"
#include "graph/model_spec.hpp"

namespace yolo::checkpoint {

/// A model as a file holds it. Weights are views of the mapped file (no copy).
struct Checkpoint {
    ModelInfo info;
    graph::Graph
        graph;  ///< training stage, with the file's BatchNorm eps and momentum; verified against the weights
    graph::Weights weights;  ///< official names
    graph::ModelSpec spec;   ///< what the graph was built from
    Json metadata;  ///< everything else that is plain data: date, version, epoch, train_args, train_metrics,
                    ///< ...
};

/// Reads .pt or .safetensors by content, or builds an untrained model from .yaml (initial weights of seed 0).
/// Parses only: nothing in the file is executed. Throws Error that names the file and what is wrong with it.
Checkpoint load(const std::filesystem::path& path, const LogSink& log = {});

/// The same over the bytes of a .pt or .safetensors file that `owner` keeps alive; `where` names them in
/// messages.
Checkpoint load_bytes(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                      const std::string& where, const LogSink& log = {});

/// Writes our own layout (docs/checkpoints.md), whole or not at all. load() gives the same model back, its
/// weights bit for bit. Throws Error with the path and the system's reason.
void save_safetensors(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Whether the file is in our own layout. Throws Error when it is no safetensors file.
bool is_own_layout(const std::filesystem::path& path);

/// Where a model name leads: the file itself, in the current folder, or in `weights_dir`.
/// Throws Error that says where to get it.
std::filesystem::path find_weights(const std::string& name, const std::filesystem::path& weights_dir);

}  // namespace yolo::checkpoint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "engines/engine.hpp"

namespace yolo::inference {

/// Which prepared network is wanted.
struct EngineRequest {
    std::string engine = "cpu";
    Precision precision = Precision::fp32;
    int threads = 1;
    std::vector<int> embed = {};  ///< layers whose pooled features are the output; empty = the whole network
    std::string device = "cpu";   ///< or "cuda:0"
    auto key() const { return std::tie(engine, precision, threads, embed, device); }
    bool operator<(const EngineRequest& other) const { return key() < other.key(); }
};

/// Reads a checkpoint or a description, here or in the settings' weights_dir; its classes have names for
/// people. Throws Error when there is none or it cannot be read.
checkpoint::Checkpoint open_model(const std::string& name, const Settings& settings, const LogSink& log = {});

/// A loaded model and the engines made from it so far. Safe from several threads.
class Session {
  public:
    explicit Session(checkpoint::Checkpoint checkpoint);

    const ModelInfo& info() const { return checkpoint_.info; }
    const graph::Graph& graph() const { return checkpoint_.graph; }
    const checkpoint::Checkpoint& checkpoint() const { return checkpoint_; }

    /// Made at the first request, kept for later ones; lives as long as the session.
    engines::Engine& engine(const EngineRequest& request);

  private:
    checkpoint::Checkpoint checkpoint_;
    std::mutex mutex_;
    std::map<EngineRequest, std::unique_ptr<engines::Engine>> engines_;
};

/// The line that says what computes the network, and a warning where `half` was asked for in vain.
void print_engine(const engines::EngineReport& report, int threads, bool half, const LogSink& log);

}  // namespace yolo::inference

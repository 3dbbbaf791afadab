// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <yolo/log.hpp>

#include "engines/registry.hpp"
#include "inference/opened_model.hpp"

namespace yolo::inference {

/// Which prepared network is wanted.
struct EngineRequest {
    std::string engine = {};  ///< "": chosen by the model and the device
    Precision precision = Precision::fp32;
    int threads = 1;
    std::vector<int> embed = {};  ///< layers whose pooled features are the output; empty = the whole network
    std::string device = "cpu";   ///< or "cuda:0"
    std::vector<int> maps = {};   ///< layers whose maps come behind the outputs, in this order
    auto key() const { return std::tie(engine, precision, threads, embed, device, maps); }
    bool operator<(const EngineRequest& other) const { return key() < other.key(); }
};

/// A loaded model and the engines made from it so far. Safe from several threads.
class Session {
  public:
    /// `engine`: that will be asked for. A file that does not name its classes is run once, to count them.
    explicit Session(OpenedModel model, const std::string& engine = "",
                     engines::EngineTable engines = engines::engine_table());

    const ModelInfo& info() const { return model_.info; }
    const OpenedModel& model() const { return model_; }

    /// The row of the engine that a request leads to: what is known of it before it is made. Throws
    /// UsageError when no engine runs this model so.
    const engines::EngineEntry& engine_entry(const EngineRequest& request) const;
    /// Made at the first request, kept for later ones; lives as long as the session.
    engines::Engine& engine(const EngineRequest& request);
    /// What a file leaves no choice of (size, batch); asks no engine when the model is a checkpoint.
    engines::EngineTraits fixed_traits(const EngineRequest& request);

    /// Engines that are made from now on tell it of their layers.
    void profile_with(std::shared_ptr<engines::LayerProfile> profile);

  private:
    const engines::EngineTable table_;
    OpenedModel model_;
    std::mutex mutex_;
    std::shared_ptr<engines::LayerProfile> profile_;
    std::map<EngineRequest, std::unique_ptr<engines::Engine>> engines_;
};

/// The line that says what computes the network, and a warning where `half` was asked for in vain.
void print_engine(const engines::EngineReport& report, int threads, bool half, const LogSink& log);

}  // namespace yolo::inference

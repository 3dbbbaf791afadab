// SPDX-License-Identifier: Apache-2.0
/// \file What an engine that measures itself tells of each layer (the engine cpu alone does).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/tensor.hpp"

namespace yolo::engines {

/// A step of a network made ready for one input size: a node of the graph with what is fused into it, or a
/// copy.
struct ProfiledLayer {
    std::string name;        ///< the node's: "model.0.conv"; "input": the picture's way into the first layer
    std::string op;          ///< "Conv+Silu"
    Shape output;            ///< for one picture
    std::int64_t flops = 0;  ///< graph::operation_count()
};
using ProfiledLayers = std::vector<ProfiledLayer>;

/// What one run of the engine has to itself.
struct ProfiledMachine {
    int threads = 1;        ///< that compute a layer together
    double peak_flops = 0;  ///< operations a second that a large product of matrices reaches on them
};

/// One picture's way through the layers, on the thread that calls LayerProfile::add().
struct LayerRun {
    using Time = std::chrono::steady_clock::time_point;
    std::shared_ptr<const ProfiledLayers> layers;
    ProfiledMachine machine;
    std::vector<Time> times;  ///< the begin of the first layer, then the end of each
};

/// Takes the runs of an engine. Called from each thread that runs it, also from several at once.
class LayerProfile {
  public:
    virtual ~LayerProfile() = default;
    virtual void add(LayerRun run) = 0;
};

}  // namespace yolo::engines

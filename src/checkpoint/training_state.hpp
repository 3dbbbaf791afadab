// SPDX-License-Identifier: Apache-2.0
/// \file Everything that the next step of a training depends on, as a checkpoint holds it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/tensor.hpp"
#include "graph/graph.hpp"

namespace yolo::checkpoint {

struct OptimizerState {
    struct Group {
        Json options;                         ///< lr, initial_lr, momentum or betas, weight_decay, ...
        std::vector<std::string> parameters;  ///< official names, in the optimiser's order
    };
    std::string name;  ///< "AdamW"
    std::vector<Group> groups;
    /// parameter -> slot ("step", "exp_avg", "momentum_buffer", ...) -> value, float32
    std::map<std::string, std::map<std::string, Tensor>> slots;
};

struct TrainingState {
    graph::Weights model;  ///< float32; empty in files of the reference, which start again from the EMA
    graph::Weights ema;    ///< float32 (float16 in files of the reference)
    int updates = 0;       ///< of the EMA
    OptimizerState optimizer;
    graph::Weights gradients;  ///< accumulated and not yet stepped; empty when there are none
    Json scaler;               ///< of mixed precision; {} when off
    /// Where the training stands and what it has seen; plain data that only the training mode understands:
    /// epoch, batches done in the next one, best fitness, early stopping, running losses, csv rows, ...
    Json progress;
};

}  // namespace yolo::checkpoint

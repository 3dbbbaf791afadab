// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checkpoint/training_state.hpp"
#include "train/learner.hpp"
#include "train/torch/optimizer_rules.hpp"
#include "train/torch/state_tensors.hpp"

namespace yolo::train {

class FusedPass;

struct OptimizerOptions {
    std::string name = "AdamW";
    double learning_rate = 0.01, momentum = 0.937, weight_decay = 0.0005;
    /// Start of the names of the head's class branch, which MuSGD moves at three times the rate.
    std::string class_branch = {};
};

/// Moves parameters by their gradients. SGD, Adam and AdamW run as one fused pass on CPUs, the others as
/// tensor operations.
class Optimizer {
  public:
    /// `parameters` by official name; those without gradient are in the groups too, but never moved.
    Optimizer(const OptimizerOptions& options, const NamedTensors& parameters);

    const std::vector<ParameterGroup>& groups() const { return groups_; }

    /// One step with the gradients times `factor`; parameters without a gradient stay.
    void step(std::span<const GroupRate> rates, double factor);

    checkpoint::OptimizerState state() const;
    /// Throws Error when the state is another optimiser's or does not fit the parameters.
    void restore(const checkpoint::OptimizerState& state);

  private:
    struct Entry {
        std::string name;
        at::Tensor value;
        Slots slots;
    };

    void add_groups(const NamedTensors& parameters);
    void step_entry(Entry& entry, std::size_t group, const Rate& rate, double factor, FusedPass& fused);
    Json group_options(std::size_t group) const;

    OptimizerOptions options_;
    const OptimizerKind* kind_;
    std::vector<ParameterGroup> groups_;
    std::vector<double> group_decay_;
    std::vector<GroupRate> last_rates_;
    std::vector<std::vector<Entry>> entries_;  // by group
};

/// Root of the sum of the squares of all gradients.
double gradient_norm(const NamedTensors& parameters);

}  // namespace yolo::train

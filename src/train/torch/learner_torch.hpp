// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "train/learner.hpp"
#include "train/learner_scaler.hpp"
#include "train/torch/criterion.hpp"
#include "train/torch/network.hpp"
#include "train/torch/optimizer.hpp"

namespace yolo::train {

/// The learner on LibTorch.
class TorchLearner : public Learner {
  public:
    TorchLearner(const checkpoint::Checkpoint& model, const LearnerOptions& options);

    const std::vector<ParameterGroup>& groups() const override { return optimizer_->groups(); }
    std::string description() const override;

    Losses accumulate(const data::Batch& batch, Size size) override;
    void step(std::span<const GroupRate> rates) override;
    void take_times(StepTimes* times) override { times_ = times; }
    Evaluation evaluate(const data::Batch& batch) override;

    bool precision_agrees(const data::Batch& batch) override;
    double precision_speedup(const data::Batch& batch) override;
    DeviceMemory memory() const override;
    std::optional<double> peak_memory(const data::Batch& batch, Size size) override;
    void set_precision(Precision precision) override;
    Precision precision() const override { return options_.precision; }

    graph::Weights ema_weights() const override;
    checkpoint::TrainingState state() const override;
    void restore(const checkpoint::TrainingState& state) override;

  private:
    at::Tensor to_device(const data::Batch& batch) const;
    void seed_dropout(const data::Batch& batch) const;
    void clear_gradients();
    void rehearse(const data::Batch& batch);
    void update_average_network();

    graph::Graph graph_;
    LearnerOptions options_;
    at::Device device_;
    mutable Network network_, average_;  // their lists of tensors are not const
    std::unique_ptr<Criterion> criterion_;
    std::unique_ptr<Optimizer> optimizer_;
    LossScaler scaler_;
    int updates_ = 0;
    StepTimes* times_ = nullptr;
};

}  // namespace yolo::train

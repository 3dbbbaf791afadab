// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "train/torch/network.hpp"

namespace yolo::train {

/// Training steps in its life leave no trace: in the end the statistics of the normalisations and the random
/// numbers are as they were. (Weights do not move without an optimiser.)
class UnchangedState {
  public:
    UnchangedState(Network& network, const at::Device& device)
        : network_(network), generators_{at::globalContext().defaultGenerator(at::kCPU)} {
        if (!device.is_cpu()) generators_.push_back(at::globalContext().defaultGenerator(device));
        for (const at::Generator& generator : generators_) random_.push_back(generator.get_state());
        for (const auto& [name, tensor] : network.buffers()) buffers_.push_back(tensor.clone());
    }
    ~UnchangedState() {
        const at::NoGradGuard no_gradients;
        for (std::size_t i = 0; i < buffers_.size(); ++i) network_.buffers()[i].second.copy_(buffers_[i]);
        for (std::size_t i = 0; i < random_.size(); ++i) generators_[i].set_state(random_[i]);
        for (auto& [name, tensor] : network_.parameters()) tensor.mutable_grad().reset();
    }
    UnchangedState(const UnchangedState&) = delete;
    UnchangedState& operator=(const UnchangedState&) = delete;

  private:
    Network& network_;
    std::vector<at::Generator> generators_;
    std::vector<at::Tensor> random_, buffers_;
};

}  // namespace yolo::train

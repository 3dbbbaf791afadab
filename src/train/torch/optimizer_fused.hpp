// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/optimizer.hpp"
#include "train/torch/optimizer_rules.hpp"

namespace yolo::train {

/// Whether a tensor's numbers lie side by side in memory that the loops can read: float32 on the CPU.
bool is_flat(const at::Tensor& tensor);

/// Collects the parameters of a step and moves them all in one parallel pass over memory.
class FusedPass {
  public:
    /// SGD with Nesterov momentum. All tensors flat and of one layout; the gradient counts `factor` times.
    void add_sgd(at::Tensor& value, at::Tensor gradient, at::Tensor& buffer, const Rate& rate, double factor);
    /// Adam, or AdamW with `decoupled` weight decay; slots.step is that of this step.
    void add_adam(at::Tensor& value, at::Tensor gradient, Slots& slots, const Rate& rate, double factor,
                  bool decoupled);
    void run() const;

  private:
    struct Item {
        float* value;
        const float* gradient;
        float* first;
        float* second;  ///< null: SGD
        kernels::SgdNumbers sgd;
        kernels::AdamNumbers adam;
    };
    void add(const Item& item, at::Tensor gradient);

    std::vector<Item> items_;
    std::vector<std::int64_t> sizes_;
    std::vector<at::Tensor> gradients_;  // kept alive: some are copies
};

}  // namespace yolo::train

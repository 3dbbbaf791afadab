// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/json.hpp"

namespace yolo::train {

/// The factor of the loss that keeps small fp16 gradients from vanishing (Micikevicius et al.: Mixed
/// Precision Training, 2018, section 3.2): halved when gradients overflow, doubled after 2000 good steps.
class LossScaler {
  public:
    double scale() const { return scale_; }
    /// After each step.
    void update(bool overflowed);

    Json state() const;
    void restore(const Json& state);

  private:
    double scale_ = 65536;
    int good_steps_ = 0;
};

}  // namespace yolo::train

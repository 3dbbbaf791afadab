// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "graph/blocks/conv.hpp"

namespace yolo::graph {

struct BottleneckOptions {
    bool shortcut = true;  ///< adds the input where the channels allow it
    int groups = 1;
    std::array<int, 2> kernels = {3, 3};
    double expansion = 0.5;  ///< hidden channels per output channel
};

/// Two convolutions with a residual sum.
class Bottleneck {
  public:
    Bottleneck(Scope scope, int c1, int c2, const BottleneckOptions& options = {});
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    ConvBlock cv1_, cv2_;
    bool add_;
};

}  // namespace yolo::graph

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/blocks/conv.hpp"

namespace yolo::graph {

/// Spatial pyramid pooling, fast: three chained max-pools stand for three window sizes.
class Sppf {
  public:
    Sppf(Scope scope, int c1, int c2, int kernel = 5);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    ConvBlock cv1_, cv2_;
    MaxPool pool_;
};

}  // namespace yolo::graph

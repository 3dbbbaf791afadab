// SPDX-License-Identifier: Apache-2.0
/// \file GhostNet's blocks (Han et al. 2020, arXiv:1911.11907): half of the maps come from cheap depthwise
/// convolutions.
#pragma once

#include <optional>

#include "graph/blocks/conv.hpp"

namespace yolo::graph {

class GhostConv {
  public:
    GhostConv(Scope scope, int c1, int c2, const ConvOptions& options = {});
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    ConvBlock cv1_, cv2_;
};

class GhostBottleneck {
  public:
    GhostBottleneck(Scope scope, int c1, int c2, int kernel = 3, int stride = 1);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    std::optional<GhostConv> first_, last_;
    std::optional<ConvBlock> shrink_;  // the depthwise convolution between the two, at stride 2
    std::optional<ConvBlock> shortcut_depthwise_, shortcut_pointwise_;
};

}  // namespace yolo::graph

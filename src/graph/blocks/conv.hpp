// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "graph/builder.hpp"

namespace yolo::graph {

struct ConvOptions {
    int kernel = 1, stride = 1;
    std::optional<int> padding = {};  ///< unset: the map keeps its size at stride 1
    int groups = 1, dilation = 1;
    bool activate = true;
};

/// A plain convolution with bias.
class PlainConv {
  public:
    PlainConv(Scope scope, int c1, int c2, int kernel = 1);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    Conv conv_;
};

/// A transposed convolution with bias that doubles height and width.
class UpConv {
  public:
    UpConv(Scope scope, int c1, int c2);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    ConvTranspose conv_;
};

/// Convolution without bias -> batch normalisation -> activation.
class ConvBlock {
  public:
    ConvBlock(Scope scope, int c1, int c2, const ConvOptions& options = {});
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    Conv conv_;
    bool activate_;
};

/// ConvBlock with as many groups as input and output channels share.
ConvBlock depthwise_conv(const Scope& scope, int c1, int c2, ConvOptions options = {});

}  // namespace yolo::graph

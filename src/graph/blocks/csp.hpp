// SPDX-License-Identifier: Apache-2.0
/// \file Cross-stage-partial blocks: part of the channels goes through a chain of small blocks, part goes
/// past it.
#pragma once

#include <vector>

#include "graph/blocks/bottleneck.hpp"
#include "graph/blocks/ghost.hpp"

namespace yolo::graph {

struct CspOptions {
    int repeats = 1;  ///< blocks in the chain
    bool shortcut = true;
    int groups = 1;
    double expansion = 0.5;  ///< channels of a part per output channel
};

/// Output of every block of the chain is concatenated.
class C2f {
  public:
    C2f(Scope scope, int c1, int c2, const CspOptions& options);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    int hidden_;
    ConvBlock cv1_, cv2_;
    std::vector<Bottleneck> chain_;
};

/// One convolution split in two parts, one of which goes through the chain.
class C2 {
  public:
    C2(Scope scope, int c1, int c2, const CspOptions& options);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    int hidden_;
    ConvBlock cv1_, cv2_;
    std::vector<Bottleneck> chain_;
};

/// Two convolutions of the input, one of which goes through the chain of Bottleneck or GhostBottleneck.
template <class Block>
class C3 {
  public:
    C3(Scope scope, int c1, int c2, const CspOptions& options);
    ValueId operator()(ValueId x) const;

  private:
    Scope scope_;
    ConvBlock cv1_, cv2_, cv3_;
    std::vector<Block> chain_;
};
extern template class C3<Bottleneck>;
extern template class C3<GhostBottleneck>;

}  // namespace yolo::graph

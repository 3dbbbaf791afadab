// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "graph/passes.hpp"
#include "train/torch/plain_ops.hpp"

namespace yolo::bench {

/// The inference network the plain way: one LibTorch operation per node, NCHW, float32.
class EagerNetwork {
  public:
    explicit EagerNetwork(const graph::Network& network);

    /// (N, 3, H, W) float32 RGB in 0..1. Returns output0.
    at::Tensor run(const at::Tensor& images) const;

  private:
    at::Tensor run_node(const graph::Node& node, const std::vector<at::Tensor>& in) const;

    graph::Graph graph_;
    std::map<std::string, train::OpWeights> weights_;
};

}  // namespace yolo::bench

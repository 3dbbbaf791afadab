// SPDX-License-Identifier: Apache-2.0
/// \file The network as anybody writes it first: NCHW, float32, one library op per node.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::bench {

class PlainNetwork {
  public:
    PlainNetwork(const graph::Graph& graph, const graph::Weights& weights);
    /// (N, H, W, 3) uint8 BGR
    train::HeadMaps forward(const at::Tensor& images);
    std::vector<at::Tensor> parameters() const;  ///< those with a gradient

  private:
    at::Tensor run_node(const graph::Node& node, const std::vector<at::Tensor>& in);
    at::Tensor& weight(const graph::Node& node, const char* suffix) {
        return weights_.at(node.name + suffix);
    }

    graph::Graph graph_;
    std::map<std::string, at::Tensor> weights_;
};

}  // namespace yolo::bench

// SPDX-License-Identifier: Apache-2.0
/// \file The training-stage Graph run by LibTorch, channels_last.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "train/learner.hpp"
#include "train/torch/head_maps.hpp"
#include "train/torch/state_tensors.hpp"

namespace yolo::train {

class Network {
  public:
    /// Parameters are float32 copies of `weights`, with gradients but for those whose name holds one of
    /// `frozen` (and the DFL's constant kernel).
    Network(const graph::Graph& graph, const graph::Weights& weights, const std::vector<std::string>& frozen,
            double dropout);
    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;
    ~Network();

    /// Moves parameters and buffers: "cpu", "cuda:0". They become new tensors.
    void to(const std::string& device);

    /// `images`: (N, H, W, 3) uint8 BGR, or (N, 3, H, W) floating point RGB 0..1, on the network's device.
    /// Training: BatchNorm with the batch's statistics (frozen layers: the running ones), which also move the
    /// running ones.
    HeadMaps forward(const at::Tensor& images, Precision precision, bool training);

    /// forward() in fp32 without training, with a record for gradients by the maps (N, C, h, w) that the head
    /// reads; the frozen parameters of the layers before it are not in it.
    struct HeadPass {
        std::vector<at::Tensor> inputs;
        HeadMaps maps;
    };
    HeadPass forward_from_head(const at::Tensor& images);

    /// Parameters (with or without gradient) and buffers by official name, in the official order.
    NamedTensors& parameters();
    /// Values may be changed in place (copy_), the tensors themselves not.
    NamedTensors& buffers();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/passes.hpp"

namespace yolo::exports {

/// What every writer asks of the network that it writes.
class SourceNetwork {
  public:
    /// `format`: as messages name it. Throws Error for a network in another stage or layout.
    SourceNetwork(const graph::Network& network, const char* format,
                  graph::Layout layout = graph::Layout::nchw);

    const graph::Graph& graph() const { return network_.graph; }
    /// Of the input.
    int channels() const;
    /// The size that the network is for; of one that takes any, a small one that it takes.
    graph::InputSize size() const;
    /// Of every value, (N, C, H, W) or less, for a number of pictures of that size or of another.
    std::vector<Shape> shapes(int batch) const { return shapes(batch, size()); }
    std::vector<Shape> shapes(int batch, graph::InputSize size) const;
    /// How many anchors a node reads, in its last axis; nothing where that follows from the picture's size.
    std::optional<std::int64_t> anchors_of(const graph::Node& node) const;
    /// "NODE.weight" ..., float32. Throws Error when there is none.
    Tensor parameter(const graph::Node& node, const char* suffix) const;
    /// "output0", "output1" for what the network gives; "" for every other value.
    std::string output_name(graph::ValueId value) const;
    /// Throws Error: the format has nothing for this op.
    [[noreturn]] void refuse(const graph::Node& node, const char* why) const;

  private:
    const graph::Network& network_;
    const char* format_;
};

}  // namespace yolo::exports

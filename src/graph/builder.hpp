// SPDX-License-Identifier: Apache-2.0
/// \file What the blocks of blocks/ are written with. A block is made in two steps, like the modules it
/// stands for: its constructor registers its parts in the official order of the state dict, its call adds
/// their nodes in the order of execution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.hpp"

namespace yolo::graph {

enum class Activation { none, silu, relu };

/// A graph as it grows.
class Builder {
  public:
    /// Starts with the graph's input, of that many channels.
    explicit Builder(int channels);

    /// Adds a node to the current layer. Throws Error when the graph grows out of all proportion.
    ValueId emit(std::string name, Op op, std::vector<ValueId> inputs);
    int channels(ValueId value) const { return channels_.at(static_cast<std::size_t>(value)); }

    /// Registers a module that has parameters; it is a leaf.
    void add_module(const std::string& path);
    /// Registers a leaf module without parameters.
    void add_leaf() { ++graph.leaf_modules; }
    /// Registers a use of the default activation: one module that all blocks share.
    void add_activation();

    Graph graph;
    Activation activation = Activation::silu;  ///< of every Conv that does not say otherwise
    int layer = -1;                            ///< index of the YAML row being built

  private:
    std::vector<int> channels_;  // of each value
    bool activation_counted_ = false;
};

/// A place in the module tree.
struct Scope {
    Builder& builder;
    std::string path;

    Scope operator/(std::string_view child) const { return {builder, path + "." + std::string(child)}; }
    Scope operator/(int child) const { return {builder, path + "." + std::to_string(child)}; }
    /// A node named like this place.
    ValueId emit(Op op, std::vector<ValueId> inputs) const;
};

}  // namespace yolo::graph

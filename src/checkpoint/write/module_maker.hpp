// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/pickle/pickle_values.hpp"
#include "checkpoint/pickle/storages.hpp"
#include "graph/graph.hpp"

namespace yolo::checkpoint {

/// Makes pickled torch.nn modules out of the nodes of a graph, in evaluation mode, weights in half precision.
class ModuleMaker {
  public:
    using Named = std::vector<std::pair<std::string, const Value*>>;

    /// What a module holds; see torch.nn.Module.
    struct Parts {
        Named modules = {}, attributes = {}, parameters = {}, buffers = {};
        bool training = false;
    };

    /// All must outlive the maker. `replacements` stand in for weights that are not finite; may be null.
    ModuleMaker(PickleValues& values, Storages& storages, const graph::Graph& graph,
                const graph::Weights& weights, const graph::Weights* replacements);

    PickleValues& values() const { return values_; }
    Storages& storages() const { return storages_; }
    const graph::Graph& graph() const { return graph_; }

    /// The node of that name, or null.
    const graph::Node* find(const std::string& path) const;
    bool has_below(const std::string& path) const;  ///< whether nodes have names that begin with PATH.
    /// Throws Error when there is no node of that name, or it is no such op.
    template <class Op>
    const Op& op(const std::string& path) const {
        const graph::Node* node = find(path);
        const Op* found = node != nullptr ? std::get_if<Op>(&node->op) : nullptr;
        if (found == nullptr) missing(path);
        return *found;
    }

    const Value* module(const std::string& class_name, const Parts& parts) const;
    const Value* list(const std::vector<const Value*>& modules) const;      ///< ModuleList
    const Value* sequence(const std::vector<const Value*>& modules) const;  ///< Sequential
    const Value* identity() const;

    // Leaves of torch.nn; those with a path take their numbers from the node of that name.
    const Value* conv2d(const std::string& path) const;
    const Value* conv2d(const std::string& path, const graph::Conv& conv) const;
    const Value* conv_transpose2d(const std::string& path) const;
    const Value* batch_norm2d(const std::string& path) const;
    const Value* linear(const std::string& path) const;
    const Value* max_pool2d(const graph::MaxPool& pool) const;
    const Value* global_average_pool() const;
    const Value* dropout(const graph::Dropout& dropout) const;
    /// The activation of that path: one module that all share, or an identity when there is none.
    const Value* activation(const std::string& path);

    const Value* pair(int number) const;  ///< (number, number)

  private:
    [[noreturn]] static void missing(const std::string& path);
    const Value* parameter(const std::string& name) const;
    const Value* buffer(const std::string& name) const;
    const Tensor& weight(const std::string& name) const;
    Named conv_attributes(int in, int out, int kernel, int stride, int padding, int dilation, int groups,
                          bool transposed) const;

    PickleValues& values_;
    Storages& storages_;
    const graph::Graph& graph_;
    const graph::Weights& weights_;
    const graph::Weights* replacements_;
    std::map<std::string_view, const graph::Node*> nodes_;
    const Value* shared_activation_ = nullptr;
};

}  // namespace yolo::checkpoint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "graph/graph.hpp"
#include "kernels/winograd.hpp"

namespace yolo::engines::cpu {

/// The network's parameters in the layouts that the primitives want, one copy for all input sizes that want
/// the same. The plain copy is dropped when the first layout is made; later ones are made from that.
class WeightStore {
  public:
    WeightStore(graph::Weights weights, dnnl::engine engine);

    /// `plain`: how the tensor `name` lies in the file; its values are multiplied by `scale`.
    dnnl::memory prepare(const std::string& name, const dnnl::memory::desc& plain,
                         const dnnl::memory::desc& wanted, double scale = 1);
    /// The same for our own kernel; a tensor is asked for in one of the two ways only. The span lives as long
    /// as the store.
    std::span<const float> prepare_winograd(const std::string& name, const graph::Conv& op,
                                            const kernels::Winograd& winograd, double scale);
    /// The tensor as it is. The span lives as long as the store. Throws Error when there is none.
    std::span<const float> values(const std::string& name) const;

    std::size_t bytes() const;

  private:
    /// Scaled, and no longer kept here.
    Tensor take_scaled(const std::string& name, std::size_t bytes, double scale);

    graph::Weights weights_;
    std::map<std::string, std::vector<dnnl::memory>> prepared_;
    std::map<std::string, std::vector<float>> winograd_;
    dnnl::engine engine_;
};

}  // namespace yolo::engines::cpu

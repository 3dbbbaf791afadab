// SPDX-License-Identifier: Apache-2.0
#include "train/torch/state_tensors.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "train/torch/tensor_bridge.hpp"

namespace yolo::train {

Tensor snapshot(const at::Tensor& tensor) {
    const at::NoGradGuard no_gradients;
    const bool real = tensor.is_floating_point();
    Tensor copy =
        Tensor::allocate(real ? DType::f32 : DType::i64, {tensor.sizes().begin(), tensor.sizes().end()});
    void* data = real ? static_cast<void*>(copy.mutable_values<float>().data())
                      : static_cast<void*>(copy.mutable_values<std::int64_t>().data());
    at::from_blob(data, tensor.sizes(), at::TensorOptions().dtype(real ? at::kFloat : at::kLong))
        .copy_(tensor);
    return copy;
}

void add_snapshots(const NamedTensors& tensors, graph::Weights& to) {
    for (const auto& [name, tensor] : tensors) to.insert_or_assign(name, snapshot(tensor));
}

void assign(at::Tensor& to, const Tensor& from, const std::string& what) {
    const at::NoGradGuard no_gradients;
    const Shape shape(to.sizes().begin(), to.sizes().end());
    if (from.shape() != shape) {
        throw Error(
            fmt::format("the saved training does not fit the network: {} has the shape {} instead of {}",
                        what, yolo::to_string(from.shape()), yolo::to_string(shape)));
    }
    to.copy_(copy_to_torch(from));
}

void assign_all(NamedTensors& to, const graph::Weights& from, const std::string& where) {
    for (auto& [name, tensor] : to) {
        const auto found = from.find(name);
        if (found == from.end()) {
            throw Error(
                fmt::format("the saved training does not fit the network: its {} has no '{}'", where, name));
        }
        assign(tensor, found->second, fmt::format("'{}' of its {}", name, where));
    }
}

}  // namespace yolo::train

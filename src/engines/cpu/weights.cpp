// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/weights.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines::cpu {

WeightStore::WeightStore(graph::Weights weights, dnnl::engine engine)
    : weights_(std::move(weights)), engine_(std::move(engine)) {
    for (auto& [name, tensor] : weights_) tensor = tensor.to_f32();
}

std::span<const float> WeightStore::values(const std::string& name) const {
    const auto found = weights_.find(name);
    if (found == weights_.end()) throw Error(fmt::format("the network has no weights '{}'", name));
    return found->second.values<float>();
}

Tensor WeightStore::take_scaled(const std::string& name, std::size_t bytes, double scale) {
    const auto from = values(name);
    if (from.size_bytes() != bytes)
        throw Error(fmt::format("the weights '{}' do not have the size that the network needs", name));
    Tensor scaled = Tensor::allocate(DType::f32, {static_cast<std::int64_t>(from.size())});
    std::transform(from.begin(), from.end(), scaled.mutable_values<float>().begin(),
                   [scale](float value) { return static_cast<float>(value * scale); });
    weights_.erase(name);
    return scaled;
}

dnnl::memory WeightStore::prepare(const std::string& name, const dnnl::memory::desc& plain,
                                  const dnnl::memory::desc& wanted, double scale) {
    std::vector<dnnl::memory>& known = prepared_[name];
    for (const dnnl::memory& memory : known) {
        if (memory.get_desc() == wanted) return memory;
    }
    dnnl::memory result(wanted, engine_);
    dnnl::stream stream(engine_);
    if (!known.empty()) {
        dnnl::reorder(known[0], result).execute(stream, known[0], result);
    } else {
        Tensor scaled = take_scaled(name, plain.get_size(), scale);
        dnnl::memory source(plain, engine_, scaled.mutable_values<float>().data());
        dnnl::reorder(source, result).execute(stream, source, result);
        stream.wait();
    }
    stream.wait();
    known.push_back(result);
    return result;
}

std::span<const float> WeightStore::prepare_winograd(const std::string& name, const graph::Conv& op,
                                                     const kernels::Winograd& winograd, double scale) {
    std::vector<float>& prepared = winograd_[name];
    if (!prepared.empty()) return prepared;
    const std::int64_t in = op.in_channels, out = op.out_channels;
    const Tensor plain = take_scaled(name, static_cast<std::size_t>(9 * in * out) * sizeof(float), scale);
    prepared.resize(winograd.weights_size());
    winograd.transform({plain.values<float>().data(), 9 * in, 9, 3, 1}, 0, out, prepared.data());
    return prepared;
}

std::size_t WeightStore::bytes() const {
    std::size_t bytes = 0;
    for (const auto& [name, tensor] : weights_) bytes += tensor.bytes();
    for (const auto& [name, memories] : prepared_) {
        for (const dnnl::memory& memory : memories) bytes += memory.get_desc().get_size();
    }
    for (const auto& [name, values] : winograd_) bytes += values.size() * sizeof(float);
    return bytes;
}

}  // namespace yolo::engines::cpu

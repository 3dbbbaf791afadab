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
        const auto from = values(name);
        if (from.size_bytes() != plain.get_size())
            throw Error(fmt::format("the weights '{}' do not have the size that the network needs", name));
        Tensor scaled = Tensor::allocate(DType::f32, {static_cast<std::int64_t>(from.size())});
        std::transform(from.begin(), from.end(), scaled.mutable_values<float>().begin(),
                       [scale](float value) { return static_cast<float>(value * scale); });
        dnnl::memory source(plain, engine_, scaled.mutable_values<float>().data());
        dnnl::reorder(source, result).execute(stream, source, result);
        stream.wait();
        weights_.erase(name);
    }
    stream.wait();
    known.push_back(result);
    return result;
}

std::size_t WeightStore::bytes() const {
    std::size_t bytes = 0;
    for (const auto& [name, tensor] : weights_) bytes += tensor.bytes();
    for (const auto& [name, memories] : prepared_) {
        for (const dnnl::memory& memory : memories) bytes += memory.get_desc().get_size();
    }
    return bytes;
}

}  // namespace yolo::engines::cpu

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yolo::engines {

/// What an engine tells about itself for one input size: facts by name, in the order in which they are told.
/// An engine says what it knows ("cuda capability", "provider" ...); the names below are those that are read.
class EngineReport {
  public:
    using Fact = std::pair<std::string, std::string>;

    EngineReport() = default;
    EngineReport(std::initializer_list<Fact> facts) : facts_(facts) {}
    void set(const std::string& name, std::string value);
    void set(const std::string& name, std::size_t bytes) { set(name, std::to_string(bytes)); }

    const std::vector<Fact>& facts() const { return facts_; }
    std::string text(std::string_view name) const;   ///< "" when the engine does not say
    std::size_t bytes(std::string_view name) const;  ///< 0 when the engine does not say

    std::string engine() const { return text("engine"); }               ///< "cpu"
    std::string precision() const { return text("precision"); }         ///< "fp32", "bf16", "fp16": what runs
    std::string instructions() const { return text("instructions"); }   ///< "avx512_core_bf16", or the GPU
    std::string version() const { return text("version"); }             ///< of the library that computes
    std::size_t arena_bytes() const { return bytes("arena_bytes"); }    ///< activations of one picture
    std::size_t weight_bytes() const { return bytes("weight_bytes"); }  ///< prepared weights

  private:
    std::vector<Fact> facts_;
};

}  // namespace yolo::engines

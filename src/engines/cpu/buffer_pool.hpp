// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "core/tensor.hpp"

namespace yolo::engines::cpu {

/// Memory for outputs, used again when the last tensor over it is gone (also after the pool itself is).
/// Thread-safe. Fresh memory for every picture costs page faults: 0.7 ms for the 2.8 MB of a detection head.
class BufferPool {
  public:
    BufferPool();
    /// At least `bytes`, 64-byte aligned, not initialised.
    std::shared_ptr<std::byte> acquire(std::size_t bytes);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace yolo::engines::cpu

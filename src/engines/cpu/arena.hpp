// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace yolo::engines::cpu {

struct Plan;

/// A buffer and the steps, first to last, between which its content matters.
struct BufferLife {
    std::size_t bytes = 0;
    std::size_t first = 0, last = 0;
    bool used = false;
};

struct ArenaLayout {
    std::vector<std::size_t> offsets;  ///< by buffer, multiples of 64
    std::size_t bytes = 0;
};

/// Offsets such that buffers that live at the same time do not overlap. Largest first, each into the smallest
/// gap that holds it.
ArenaLayout pack(std::span<const BufferLife> lives);

/// The buffers that the plan's steps use, packed.
ArenaLayout lay_out_arena(const Plan& plan, std::size_t buffer_count);

}  // namespace yolo::engines::cpu

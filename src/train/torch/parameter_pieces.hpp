// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace yolo::train {

inline constexpr std::int64_t piece_length = 1 << 15;  // four arrays of 128 KiB: about a second-level cache

/// Calls work(item, begin, end) for pieces of every item, item i having sizes[i] numbers, in parallel. A
/// piece begins at a multiple of piece_length and has as many numbers, or what is left.
void for_each_piece(std::span<const std::int64_t> sizes,
                    const std::function<void(std::size_t, std::int64_t, std::int64_t)>& work);

}  // namespace yolo::train

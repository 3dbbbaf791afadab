// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "engines/cpu/map.hpp"

namespace yolo::engines::cpu {

/// A Map at its place in memory.
struct View {
    Map map;
    std::byte* base = nullptr;  ///< of the buffer

    /// Of channel `channel` (of the slice) at pixel 0. Pixels lie map.block elements apart.
    std::byte* address(int channel) const {
        const auto at = static_cast<std::size_t>(map.offset + channel),
                   block = static_cast<std::size_t>(map.block);
        return base + (at / block * map.pixels() * block + at % block) * size_of(map.dtype);
    }
    template <class T>
    T* channel(int channel) const {
        return reinterpret_cast<T*>(address(channel));
    }
    /// Channels that lie together from that one on.
    int run(int channel) const {
        return std::min(map.channels - channel, map.block - (map.offset + channel) % map.block);
    }
};

/// Channels that lie together in both views from that one on.
inline int common_run(const View& a, const View& b, int channel) {
    return std::min(a.run(channel), b.run(channel));
}

}  // namespace yolo::engines::cpu

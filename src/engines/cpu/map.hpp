// SPDX-License-Identifier: Apache-2.0
/// \file How one picture's values lie in memory. Every layout in use is "channels in blocks":
/// element (c, y, x) is at ((c / block) * H * W + y * W + x) * block + c % block.
/// block 1 is NCHW, block C is NHWC, block 8 or 16 is oneDNN's nChw8c or nChw16c.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/tensor.hpp"

namespace yolo::engines::cpu {

enum class Format : std::uint8_t {
    blocked,        ///< block = Machine::block; channels padded with zeros to whole blocks
    channels_last,  ///< block = channels
    planar          ///< block = 1
};

/// Channels [offset, offset + channels) of a buffer: a whole value, or a slice of one.
struct Map {
    int buffer = -1;
    DType dtype = DType::f32;  ///< f32 or bf16
    Format format = Format::channels_last;
    int channels = 0, height = 1, width = 1;
    int block = 1;
    int stored = 0;  ///< channels of the whole buffer, without padding
    int offset = 0;

    int padded() const { return (stored + block - 1) / block * block; }
    std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
    /// Of the whole buffer.
    std::size_t buffer_bytes() const {
        return static_cast<std::size_t>(padded()) * pixels() * size_of(dtype);
    }
    bool ends_buffer() const { return offset + channels == stored; }
    /// Whether the slice is laid out like a tensor of its own, which then starts at dense_offset().
    bool dense() const { return offset % block == 0 && (channels % block == 0 || ends_buffer()); }
    std::size_t dense_offset() const { return static_cast<std::size_t>(offset) * pixels() * size_of(dtype); }
};

}  // namespace yolo::engines::cpu

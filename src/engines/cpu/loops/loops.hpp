// SPDX-License-Identifier: Apache-2.0
/// \file Our own loops: what oneDNN has no primitive for, or only a slow one. Each is threaded with OpenMP.
#pragma once

#include <cstdint>
#include <span>

#include "engines/cpu/fusion.hpp"
#include "engines/cpu/loops/view.hpp"

namespace yolo::engines::cpu {

/// Copies between layouts of one type, enlarging each pixel to scale x scale. Fills the target's padding with
/// zeros when the slice is the last of its buffer.
void copy(const View& source, const View& target, int scale);

void activate(Activation activation, const View& source, const View& target);
void add(const View& left, const View& right, const View& target);

/// The mean of each channel, float32.
void average(const View& source, const View& target);
/// target = weight (out, in) source + bias (out); bias may be empty.
void linear(const View& source, std::span<const float> weight, std::span<const float> bias,
            const View& target);
void softmax(const View& source, const View& target);

/// Any map to dense NCHW float32.
void deliver(const View& source, std::span<float> target);

/// How the pixels of a picture come in.
struct Picture {
    const void* data = nullptr;
    bool is_float = false;     ///< float32 0..1, else uint8
    bool interleaved = false;  ///< (H, W, C) in reverse channel order (BGR), else (C, H, W)
};
/// Converts to the target's type and layout; values become 0..1, or 0..255 when not `scaled`.
void load_picture(const Picture& picture, bool scaled, const View& target);

/// Decodes the head's maps, float32 (graph::DecodeHead), into (4 + nc + extra_channels, A).
void decode_head(const graph::DecodeHead& op, std::span<const View> maps, std::span<float> target);

}  // namespace yolo::engines::cpu

// SPDX-License-Identifier: Apache-2.0
/// \file What goes in and what comes out: pictures to the first layer's layout, maps to dense NCHW float32.
#include "core/simd.hpp"
#include "engines/cpu/loops/loops.hpp"

namespace yolo::engines::cpu {

namespace {

/// to[i * to_step] = scale * from[i * from_step]
template <class From, class To>
YOLO_INLINE void convert_row(const From* from, int from_step, To* to, int to_step, int count, float scale) {
    if (to_step == 1 && from_step == 1) {
#pragma omp simd
        for (int i = 0; i < count; ++i) store(to[i], static_cast<float>(from[i]) * scale);
    } else if (to_step == 1 && from_step == 3) {
#pragma omp simd
        for (int i = 0; i < count; ++i) store(to[i], static_cast<float>(from[i * 3]) * scale);
    } else {
        for (int i = 0; i < count; ++i)
            store(to[i * to_step], static_cast<float>(from[i * from_step]) * scale);
    }
}

YOLO_MULTIVERSION void convert_u8_f32(const std::uint8_t* from, int from_step, float* to, int to_step,
                                      int count, float scale) {
    convert_row(from, from_step, to, to_step, count, scale);
}
YOLO_MULTIVERSION void convert_u8_bf16(const std::uint8_t* from, int from_step, Bf16* to, int to_step,
                                       int count, float scale) {
    convert_row(from, from_step, to, to_step, count, scale);
}
YOLO_MULTIVERSION void convert_f32_f32(const float* from, int from_step, float* to, int to_step, int count,
                                       float scale) {
    convert_row(from, from_step, to, to_step, count, scale);
}
YOLO_MULTIVERSION void convert_f32_bf16(const float* from, int from_step, Bf16* to, int to_step, int count,
                                        float scale) {
    convert_row(from, from_step, to, to_step, count, scale);
}

void load_row(const Picture& picture, float scale, const View& target, int channel, int row) {
    const int width = target.map.width, channels = target.map.channels, block = target.map.block;
    const auto pixel = static_cast<std::size_t>(row) * static_cast<std::size_t>(width);
    const std::size_t planar = static_cast<std::size_t>(channel) * target.map.pixels() + pixel;
    const std::size_t interleaved =
        pixel * static_cast<std::size_t>(channels) + static_cast<std::size_t>(channels - 1 - channel);
    const std::size_t from = picture.interleaved ? interleaved : planar;
    const int step = picture.interleaved ? channels : 1;
    const std::size_t to = pixel * static_cast<std::size_t>(block);
    const auto* bytes = static_cast<const std::uint8_t*>(picture.data) + from;
    const auto* floats = static_cast<const float*>(picture.data) + from;
    if (target.map.dtype == DType::f32) {
        float* out = target.channel<float>(channel) + to;
        picture.is_float ? convert_f32_f32(floats, step, out, block, width, scale)
                         : convert_u8_f32(bytes, step, out, block, width, scale);
    } else {
        Bf16* out = target.channel<Bf16>(channel) + to;
        picture.is_float ? convert_f32_bf16(floats, step, out, block, width, scale)
                         : convert_u8_bf16(bytes, step, out, block, width, scale);
    }
}

/// Reads `count` pixels of channels that lie `step` elements apart into one row for each channel.
template <class T>
YOLO_INLINE void transpose_pixels(const T* from, int step, float* to, std::size_t to_step, int channels,
                                  int count) {
    for (int c = 0; c < channels; ++c) {
        for (int i = 0; i < count; ++i) {
            to[static_cast<std::size_t>(c) * to_step + static_cast<std::size_t>(i)] =
                load(from[i * step + c]);
        }
    }
}

YOLO_MULTIVERSION void transpose_f32(const float* from, int step, float* to, std::size_t to_step,
                                     int channels, int count) {
    transpose_pixels(from, step, to, to_step, channels, count);
}
YOLO_MULTIVERSION void transpose_bf16(const Bf16* from, int step, float* to, std::size_t to_step,
                                      int channels, int count) {
    transpose_pixels(from, step, to, to_step, channels, count);
}

}  // namespace

void load_picture(const Picture& picture, bool scaled, const View& target) {
    const float scale = picture.is_float == scaled ? 1.0f : scaled ? 1.0f / 255.0f : 255.0f;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < target.map.height; ++row) {
        for (int c = 0; c < target.map.channels; ++c) load_row(picture, scale, target, c, row);
    }
}

void deliver(const View& source, std::span<float> target) {
    const std::size_t pixels = source.map.pixels();
    const int width = source.map.width;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < source.map.height; ++row) {
        const auto pixel = static_cast<std::size_t>(row) * static_cast<std::size_t>(width);
        const std::size_t at = pixel * static_cast<std::size_t>(source.map.block);
        for (int c = 0; c < source.map.channels;) {
            const int run = source.run(c);
            float* out = target.data() + static_cast<std::size_t>(c) * pixels + pixel;
            if (source.map.dtype == DType::f32) {
                transpose_f32(source.channel<float>(c) + at, source.map.block, out, pixels, run, width);
            } else {
                transpose_bf16(source.channel<Bf16>(c) + at, source.map.block, out, pixels, run, width);
            }
            c += run;
        }
    }
}

}  // namespace yolo::engines::cpu

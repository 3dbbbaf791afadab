// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "core/simd.hpp"
#include "engines/cpu/loops/loops.hpp"

namespace yolo::engines::cpu {

namespace {

YOLO_INLINE float activation_of(Activation activation, float x) {
    if (activation == Activation::silu) return x * fast_sigmoid(x);
    return activation == Activation::relu ? (x > 0 ? x : 0.0f) : x;
}

template <class T>
YOLO_INLINE void activate_run(Activation activation, const T* in, T* out, int count) {
#pragma omp simd
    for (int i = 0; i < count; ++i) store(out[i], activation_of(activation, load(in[i])));
}

template <class T>
YOLO_INLINE void add_run(const T* left, const T* right, T* out, int count) {
#pragma omp simd
    for (int i = 0; i < count; ++i) store(out[i], load(left[i]) + load(right[i]));
}

YOLO_MULTIVERSION void activate_f32(Activation activation, const float* in, float* out, int count) {
    activate_run(activation, in, out, count);
}
YOLO_MULTIVERSION void activate_bf16(Activation activation, const Bf16* in, Bf16* out, int count) {
    activate_run(activation, in, out, count);
}
YOLO_MULTIVERSION void add_f32(const float* left, const float* right, float* out, int count) {
    add_run(left, right, out, count);
}
YOLO_MULTIVERSION void add_bf16(const Bf16* left, const Bf16* right, Bf16* out, int count) {
    add_run(left, right, out, count);
}

void activate_any(Activation a, const float* in, float* out, int n) {
    activate_f32(a, in, out, n);
}
void activate_any(Activation a, const Bf16* in, Bf16* out, int n) {
    activate_bf16(a, in, out, n);
}
void add_any(const float* l, const float* r, float* out, int n) {
    add_f32(l, r, out, n);
}
void add_any(const Bf16* l, const Bf16* r, Bf16* out, int n) {
    add_bf16(l, r, out, n);
}

/// Calls f(inputs and output of type T, count) for stretches that are contiguous in all views.
template <class T, class F>
void for_each_stretch(const View& left, const View& right, const View& target, F f) {
    const int width = target.map.width;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < target.map.height; ++row) {
        for (int c = 0; c < target.map.channels;) {
            const int run = std::min(common_run(left, target, c), right.run(c));
            const bool whole_rows =
                left.map.block == run && right.map.block == run && target.map.block == run;
            const int pixels = whole_rows ? 1 : width, count = whole_rows ? run * width : run;
            for (int x = 0; x < pixels; ++x) {
                const auto at = static_cast<std::ptrdiff_t>(row) * width + x;
                f(left.channel<T>(c) + at * left.map.block, right.channel<T>(c) + at * right.map.block,
                  target.channel<T>(c) + at * target.map.block, count);
            }
            c += run;
        }
    }
}

template <class T>
void clear_tail(const View& target) {
    const int used = target.map.stored % target.map.block;
    if (used == 0 || !target.map.ends_buffer()) return;
    T* pixel = target.channel<T>(target.map.channels - 1) + 1;
    for (std::size_t i = 0; i < target.map.pixels(); ++i, pixel += target.map.block)
        std::memset(pixel, 0, sizeof(T) * static_cast<std::size_t>(target.map.block - used));
}

template <class T>
void activate_typed(Activation activation, const View& source, const View& target) {
    for_each_stretch<T>(source, source, target, [&](const T* in, const T*, T* out, int count) {
        activate_any(activation, in, out, count);
    });
    clear_tail<T>(target);
}

template <class T>
void add_typed(const View& left, const View& right, const View& target) {
    for_each_stretch<T>(left, right, target,
                        [](const T* l, const T* r, T* out, int count) { add_any(l, r, out, count); });
    clear_tail<T>(target);
}

}  // namespace

void activate(Activation activation, const View& source, const View& target) {
    target.map.dtype == DType::f32 ? activate_typed<float>(activation, source, target)
                                   : activate_typed<Bf16>(activation, source, target);
}

void add(const View& left, const View& right, const View& target) {
    target.map.dtype == DType::f32 ? add_typed<float>(left, right, target)
                                   : add_typed<Bf16>(left, right, target);
}

}  // namespace yolo::engines::cpu

// SPDX-License-Identifier: Apache-2.0
#include "train/torch/batch_norm_kernels.hpp"

#include <bit>

// GCC compiles each function once per instruction set and picks at load time; it needs the loops inlined into
// it.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define YOLO_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define YOLO_MULTIVERSION
#endif
#define YOLO_INLINE inline __attribute__((always_inline))

namespace yolo::train {

namespace {

YOLO_INLINE float load(float x) {
    return x;
}
YOLO_INLINE float load(Bf16 x) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}
YOLO_INLINE void store(float& to, float x) {
    to = x;
}
YOLO_INLINE void store(Bf16& to, float x) {  // to nearest, ties to even; NaN stays NaN
    const auto bits = std::bit_cast<std::uint32_t>(x);
    to.bits = static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

/// 1 / (1 + exp(-x)), relative error 2e-7: exp by 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2].
YOLO_INLINE float sigmoid(float x) {
    float v = -x;
    v = v < -87.0f ? -87.0f : v;
    v = v > 87.0f ? 87.0f : v;
    const float round = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low bits
    const float shifted = v * 1.44269504f + round;
    const float n = shifted - round;
    const float r = (v - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float e = p * r * r + r + 1.0f;
    const auto power = (std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(round) + 127)
                       << 23;
    return 1.0f / (1.0f + e * std::bit_cast<float>(power));
}

YOLO_INLINE float silu_gradient(float z) {
    const float s = sigmoid(z);
    return s * (1.0f + z * (1.0f - s));
}

template <class T>
YOLO_INLINE void moments(Rows<const T> x, std::int64_t channels, const float* __restrict shift,
                         float* __restrict sum, float* __restrict square_sum) {
    for (std::int64_t i = 0; i < x.count; ++i) {
        const T* __restrict row = x.first + i * x.stride;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float d = load(row[c]) - shift[c];
            sum[c] += d;
            square_sum[c] += d * d;
        }
    }
}

template <class T>
YOLO_INLINE void forward(Rows<const T> x, std::int64_t channels, const float* __restrict scale,
                         const float* __restrict offset, Rows<T> y) {
    for (std::int64_t i = 0; i < x.count; ++i) {
        const T* __restrict row = x.first + i * x.stride;
        T* __restrict to = y.first + i * y.stride;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float z = load(row[c]) * scale[c] + offset[c];
            store(to[c], z * sigmoid(z));
        }
    }
}

template <class T>
YOLO_INLINE void gradient_sums(Rows<const T> x, Rows<const T> dy, std::int64_t channels,
                               const float* __restrict scale, const float* __restrict offset,
                               const float* __restrict shift, float* __restrict sum,
                               float* __restrict product_sum) {
    for (std::int64_t i = 0; i < x.count; ++i) {
        const T* __restrict row = x.first + i * x.stride;
        const T* __restrict from = dy.first + i * dy.stride;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float v = load(row[c]);
            const float dz = load(from[c]) * silu_gradient(v * scale[c] + offset[c]);
            sum[c] += dz;
            product_sum[c] += dz * (v - shift[c]);
        }
    }
}

template <class T>
YOLO_INLINE void backward(Rows<const T> x, Rows<const T> dy, std::int64_t channels,
                          const float* __restrict scale, const float* __restrict offset,
                          const float* __restrict slope, const float* __restrict constant, Rows<T> dx) {
    for (std::int64_t i = 0; i < x.count; ++i) {
        const T* __restrict row = x.first + i * x.stride;
        const T* __restrict from = dy.first + i * dy.stride;
        T* __restrict to = dx.first + i * dx.stride;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float v = load(row[c]);
            const float dz = load(from[c]) * silu_gradient(v * scale[c] + offset[c]);
            store(to[c], scale[c] * dz + slope[c] * v + constant[c]);
        }
    }
}

template <class T>
YOLO_INLINE void pixels_to(const std::uint8_t* __restrict bgr, std::int64_t pixels, std::int64_t channels,
                           T* __restrict rgb) {
    for (std::int64_t i = 0; i < pixels; ++i) {
        for (std::int64_t c = 0; c < channels; ++c)
            store(rgb[i * channels + c], static_cast<float>(bgr[i * channels + channels - 1 - c]) / 255.0f);
    }
}

}  // namespace

YOLO_MULTIVERSION void add_moments(Rows<const float> x, std::int64_t channels, const float* shift, float* sum,
                                   float* square_sum) {
    moments(x, channels, shift, sum, square_sum);
}
YOLO_MULTIVERSION void add_moments(Rows<const Bf16> x, std::int64_t channels, const float* shift, float* sum,
                                   float* square_sum) {
    moments(x, channels, shift, sum, square_sum);
}
YOLO_MULTIVERSION void scale_silu(Rows<const float> x, std::int64_t channels, const float* scale,
                                  const float* offset, Rows<float> y) {
    forward(x, channels, scale, offset, y);
}
YOLO_MULTIVERSION void scale_silu(Rows<const Bf16> x, std::int64_t channels, const float* scale,
                                  const float* offset, Rows<Bf16> y) {
    forward(x, channels, scale, offset, y);
}
YOLO_MULTIVERSION void add_gradient_sums(Rows<const float> x, Rows<const float> dy, std::int64_t channels,
                                         const float* scale, const float* offset, const float* shift,
                                         float* sum, float* product_sum) {
    gradient_sums(x, dy, channels, scale, offset, shift, sum, product_sum);
}
YOLO_MULTIVERSION void add_gradient_sums(Rows<const Bf16> x, Rows<const Bf16> dy, std::int64_t channels,
                                         const float* scale, const float* offset, const float* shift,
                                         float* sum, float* product_sum) {
    gradient_sums(x, dy, channels, scale, offset, shift, sum, product_sum);
}
YOLO_MULTIVERSION void input_gradient(Rows<const float> x, Rows<const float> dy, std::int64_t channels,
                                      const float* scale, const float* offset, const float* slope,
                                      const float* constant, Rows<float> dx) {
    backward(x, dy, channels, scale, offset, slope, constant, dx);
}
YOLO_MULTIVERSION void input_gradient(Rows<const Bf16> x, Rows<const Bf16> dy, std::int64_t channels,
                                      const float* scale, const float* offset, const float* slope,
                                      const float* constant, Rows<Bf16> dx) {
    backward(x, dy, channels, scale, offset, slope, constant, dx);
}
YOLO_MULTIVERSION void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels,
                                      float* rgb) {
    pixels_to(bgr, pixels, channels, rgb);
}
YOLO_MULTIVERSION void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels,
                                      Bf16* rgb) {
    pixels_to(bgr, pixels, channels, rgb);
}

}  // namespace yolo::train

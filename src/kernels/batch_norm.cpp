// SPDX-License-Identifier: Apache-2.0
#include "kernels/batch_norm.hpp"

namespace yolo::kernels {

namespace {

YOLO_INLINE float silu_gradient(float z) {
    const float s = fast_sigmoid(z);
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
            store(to[c], z * fast_sigmoid(z));
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

}  // namespace yolo::kernels

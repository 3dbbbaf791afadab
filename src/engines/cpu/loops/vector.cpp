// SPDX-License-Identifier: Apache-2.0
/// \file The ops of classification and embeddings: means, a matrix-vector product, softmax.
#include <algorithm>

#include "core/simd.hpp"
#include "engines/cpu/loops/loops.hpp"

namespace yolo::engines::cpu {

namespace {

/// sums[c] += in[p * step + c], c < count
YOLO_MULTIVERSION void add_pixels_f32(const float* in, std::size_t pixels, int step, float* sums, int count) {
    for (std::size_t p = 0; p < pixels; ++p, in += step) {
#pragma omp simd
        for (int c = 0; c < count; ++c) sums[c] += in[c];
    }
}

YOLO_MULTIVERSION void add_pixels_bf16(const Bf16* in, std::size_t pixels, int step, float* sums, int count) {
    for (std::size_t p = 0; p < pixels; ++p, in += step) {
#pragma omp simd
        for (int c = 0; c < count; ++c) sums[c] += load(in[c]);
    }
}

YOLO_MULTIVERSION float dot(const float* a, const float* b, int count) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

}  // namespace

void average(const View& source, const View& target) {
    const std::size_t pixels = source.map.pixels();
    const float scale = 1.0f / static_cast<float>(pixels);
    for (int c = 0; c < source.map.channels;) {
        const int run = common_run(source, target, c);
        auto* sums = target.channel<float>(c);
        std::fill(sums, sums + run, 0.0f);
        if (source.map.dtype == DType::f32) {
            add_pixels_f32(source.channel<float>(c), pixels, source.map.block, sums, run);
        } else {
            add_pixels_bf16(source.channel<Bf16>(c), pixels, source.map.block, sums, run);
        }
        std::transform(sums, sums + run, sums, [scale](float sum) { return sum * scale; });
        c += run;
    }
}

void linear(const View& source, std::span<const float> weight, std::span<const float> bias,
            const View& target) {
    const int in = source.map.channels;
    const auto* x = source.channel<float>(0);
    auto* y = target.channel<float>(0);
#pragma omp parallel for schedule(static)
    for (int o = 0; o < target.map.channels; ++o) {
        const auto row = static_cast<std::size_t>(o) * static_cast<std::size_t>(in);
        y[o] = dot(x, weight.data() + row, in) + (bias.empty() ? 0.0f : bias[static_cast<std::size_t>(o)]);
    }
}

void softmax(const View& source, const View& target) {
    for (std::size_t p = 0; p < source.map.pixels(); ++p) {
        const auto in = [&](int c) {
            const std::size_t at = p * static_cast<std::size_t>(source.map.block);
            return source.map.dtype == DType::f32 ? source.channel<float>(c)[at]
                                                  : load(source.channel<Bf16>(c)[at]);
        };
        const auto out = [&](int c) -> float& {
            return target.channel<float>(c)[p * static_cast<std::size_t>(target.map.block)];
        };
        float highest = in(0), sum = 0;
        for (int c = 1; c < source.map.channels; ++c) highest = std::max(highest, in(c));
        for (int c = 0; c < source.map.channels; ++c) sum += out(c) = fast_exp(in(c)-highest);
        for (int c = 0; c < source.map.channels; ++c) out(c) /= sum;
    }
}

}  // namespace yolo::engines::cpu

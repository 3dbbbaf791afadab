// SPDX-License-Identifier: Apache-2.0
/// \file Elementary functions as plain arithmetic, which the compiler vectorises, and the two element types
/// of head maps. YOLO_MULTIVERSION has a function compiled for AVX-512, AVX2 and the baseline; the choice is
/// made when the library is loaded.
#pragma once

#include <bit>
#include <cstdint>

// Clang 14 cannot multiversion such functions, and sanitizers cannot run before the dynamic linker's choice.
#ifndef YOLO_MULTIVERSION
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define YOLO_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define YOLO_MULTIVERSION
#endif
#define YOLO_INLINE inline __attribute__((always_inline))
#endif

namespace yolo::train {

/// The bits of a bfloat16.
enum class Brain16 : std::uint16_t {};

YOLO_INLINE float load(float x) {
    return x;
}
YOLO_INLINE float load(Brain16 x) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16U);
}
YOLO_INLINE void store(float& to, float x) {
    to = x;
}
/// To nearest, ties to even. NaN stays NaN.
YOLO_INLINE void store(Brain16& to, float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t rounded = (bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U;
    to = static_cast<Brain16>(x == x ? rounded : 0x7fc0U);
}

/// e^x within 2 units in the last place for any x; NaN stays NaN. x = n ln 2 + r, |r| <= ln 2 / 2, and the
/// minimax polynomial of Cephes' expf.
YOLO_INLINE float fast_exp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it leaves an integer in the low bits
    const float shifted = x * 1.44269504088896341f + round;
    const float n = shifted - round;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float y = p * r * r + r + 1.0f;
    const std::uint32_t exponent =
        std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(round) + 127U;
    return y * std::bit_cast<float>(exponent << 23U);
}

/// What binary cross-entropy of a logit x needs: BCE(x, t) = softplus - x t, its slope probability - t.
struct Logistic {
    float probability;  ///< 1 / (1 + e^-x)
    float softplus;     ///< ln(1 + e^x)
};

YOLO_INLINE Logistic logistic(float x) {
    const float e = fast_exp(x < 0 ? x : -x);
    const float reciprocal = 1.0f / (1.0f + e);
    // ln(1 + e) = 2 artanh(s): exact also for small e, and s <= 1/3, so that eight terms do.
    const float s = e / (2.0f + e), z = s * s;
    float series = 1.0f / 15;
    series = series * z + 1.0f / 13;
    series = series * z + 1.0f / 11;
    series = series * z + 1.0f / 9;
    series = series * z + 1.0f / 7;
    series = series * z + 1.0f / 5;
    series = series * z + 1.0f / 3;
    series = series * z + 1.0f;
    return {x < 0 ? e * reciprocal : reciprocal, (x > 0 ? x : 0.0f) + 2.0f * s * series};
}

}  // namespace yolo::train

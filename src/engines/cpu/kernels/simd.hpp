// SPDX-License-Identifier: Apache-2.0
/// \file What the vectorised loops share. They are plain C++ that the compiler vectorises; YOLO_MULTIVERSION
/// has it compile a function for AVX-512, AVX2 and the baseline, and picks at run time.
#pragma once

#include <bit>
#include <cstdint>

// Clang 14 cannot multiversion such functions, and sanitizers cannot run before the dynamic linker's choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define YOLO_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define YOLO_MULTIVERSION
#endif
#define YOLO_INLINE inline __attribute__((always_inline))

namespace yolo::engines::cpu {

/// e^x within 2 units in the last place, for any x (saturates instead of overflowing). Range reduction
/// x = n ln 2 + r, |r| <= ln 2 / 2, and the minimax polynomial of Cephes' expf.
YOLO_INLINE float fast_exp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
    const float n = (x * 1.44269504088896341f + round) - round;
    const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float y = p * r * r + r + 1.0f;
    return y * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

YOLO_INLINE float fast_sigmoid(float x) {
    return 1.0f / (1.0f + fast_exp(-x));
}

YOLO_INLINE float from_bf16(std::uint16_t x) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16U);
}

/// Rounds to nearest even, as the hardware does. Not for NaN.
YOLO_INLINE std::uint16_t to_bf16(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

}  // namespace yolo::engines::cpu

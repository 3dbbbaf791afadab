// SPDX-License-Identifier: Apache-2.0
/// \file What loops over numbers share that the compiler vectorises: YOLO_MULTIVERSION has it compile a
/// function for AVX-512, AVX2 and the baseline (the choice is made when the library is loaded), and
/// elementary functions stand here as plain arithmetic. Their clamps are vectorised without AVX-512 only with
/// -fno-trapping-math.
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

namespace yolo {

/// The bits of a bfloat16: the upper half of a float32.
enum class Bf16 : std::uint16_t {};

YOLO_INLINE float load(float x) {
    return x;
}
YOLO_INLINE float load(Bf16 x) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16U);
}
YOLO_INLINE void store(float& to, float x) {
    to = x;
}
/// To nearest, ties to even, as the hardware rounds. NaN stays NaN.
YOLO_INLINE void store(Bf16& to, float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t rounded = (bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U;
    to = static_cast<Bf16>(x == x ? rounded : 0x7fc0U);
}

/// e^x within 2 units in the last place for any x (saturates instead of overflowing); NaN stays NaN.
/// x = n ln 2 + r, |r| <= ln 2 / 2, and the minimax polynomial of Cephes' expf.
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

/// 1 / (1 + e^-x), relative error 2e-7.
YOLO_INLINE float fast_sigmoid(float x) {
    return 1.0f / (1.0f + fast_exp(-x));
}

}  // namespace yolo

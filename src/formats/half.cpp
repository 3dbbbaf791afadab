// SPDX-License-Identifier: Apache-2.0
#include "formats/half.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace yolo::formats {

namespace {

constexpr std::uint32_t float_exponent = 0x7F800000, smallest_normal_half = 0x38800000;  // 2^-14
constexpr std::uint32_t overflow = 0x477FF000;  // 65520: from here on the nearest would be 65536
constexpr std::uint16_t largest_half = 0x7BFF, half_exponent = 0x7C00;

/// m / 2^shift to nearest, ties to even.
std::uint32_t shift_to_nearest(std::uint32_t m, std::uint32_t shift) {
    const std::uint32_t half = std::uint32_t{1} << (shift - 1);
    const std::uint32_t odd = m >> shift & 1U;
    return (m + half - 1 + odd) >> shift;
}

}  // namespace

std::uint16_t to_half(float value) {
    constexpr std::uint32_t mantissa_bits = 23, dropped_bits = 13;
    constexpr std::uint32_t least_exponent = 102;  // of 2^-25, half of the smallest subnormal
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 16U & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > float_exponent) return 0;
    if (magnitude >= overflow) return sign | largest_half;
    if (magnitude >= smallest_normal_half) {
        const std::uint32_t rebased = magnitude - (std::uint32_t{127 - 15} << mantissa_bits);
        return static_cast<std::uint16_t>(sign | shift_to_nearest(rebased, dropped_bits));
    }
    const std::uint32_t exponent = magnitude >> mantissa_bits;
    if (exponent < least_exponent) return sign;
    const std::uint32_t mantissa = (magnitude & 0x7FFFFFU) | 0x800000U;
    return static_cast<std::uint16_t>(sign | shift_to_nearest(mantissa, 126 - exponent));
}

Tensor to_half(const Tensor& tensor) {
    const auto is_special = [](std::uint16_t half) { return (half & half_exponent) == half_exponent; };
    if (tensor.dtype() == DType::f16) {
        const std::byte* raw = tensor.raw();  // may lie unaligned in a mapped file
        bool special = false;
        for (std::int64_t i = 0; i < tensor.elements() && !special; ++i) {
            special = is_special(static_cast<std::uint16_t>(std::to_integer<unsigned>(raw[2 * i + 1]) << 8U));
        }
        if (!special) return tensor;
    }
    const Tensor from = tensor.to_f32();
    Tensor to = Tensor::allocate(DType::f16, tensor.shape());
    const auto values = from.values<float>();
    std::transform(values.begin(), values.end(), to.mutable_values<std::uint16_t>().begin(),
                   [](float value) { return to_half(value); });
    return to;
}

bool is_finite(const Tensor& tensor) {
    const Tensor numbers = tensor.to_f32();
    const auto values = numbers.values<float>();
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace yolo::formats

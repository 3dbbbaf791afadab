// SPDX-License-Identifier: Apache-2.0
/// \file Numbers that carry their derivatives by N inputs (forward-mode differentiation): one formula gives a
/// loss and its exact gradient.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace yolo::train {

template <int N>
struct Dual {
    float value = 0;
    std::array<float, N> slope = {};  ///< d value / d input

    Dual() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): constants mix with inputs
    Dual(float constant) : value(constant) {}
    Dual(float result, const std::array<float, N>& slopes) : value(result), slope(slopes) {}
    static Dual input(float value, int index) {
        Dual made(value);
        made.slope[static_cast<std::size_t>(index)] = 1;
        return made;
    }

    /// f(value), and by the chain rule f'(value) slope.
    Dual chain(float result, float derivative) const {
        Dual made(result);
        for (std::size_t i = 0; i < N; ++i) made.slope[i] = derivative * slope[i];
        return made;
    }
    friend Dual combine(float result, const Dual& a, float by_a, const Dual& b, float by_b) {
        Dual made(result);
        for (std::size_t i = 0; i < N; ++i) made.slope[i] = by_a * a.slope[i] + by_b * b.slope[i];
        return made;
    }
    friend Dual operator+(const Dual& a, const Dual& b) { return combine(a.value + b.value, a, 1, b, 1); }
    friend Dual operator-(const Dual& a, const Dual& b) { return combine(a.value - b.value, a, 1, b, -1); }
    friend Dual operator*(const Dual& a, const Dual& b) {
        return combine(a.value * b.value, a, b.value, b, a.value);
    }
    friend Dual operator/(const Dual& a, const Dual& b) {
        const float quotient = a.value / b.value;
        return combine(quotient, a, 1 / b.value, b, -quotient / b.value);
    }
    // Where two are equal, either side's derivative holds: both get half.
    friend Dual minimum(const Dual& a, const Dual& b) {
        if (a.value == b.value) return combine(a.value, a, 0.5f, b, 0.5f);
        return a.value < b.value ? a : b;
    }
    friend Dual maximum(const Dual& a, const Dual& b) {
        if (a.value == b.value) return combine(a.value, a, 0.5f, b, 0.5f);
        return a.value > b.value ? a : b;
    }
    /// Constant outside of [low, high].
    friend Dual limited(const Dual& a, float low, float high) {
        const float result = std::clamp(a.value, low, high);
        return a.chain(result, a.value >= low && a.value <= high ? 1.0f : 0.0f);
    }
    friend Dual square_root(const Dual& a) {
        const float root = std::sqrt(a.value);
        return a.chain(root, root > 0 ? 0.5f / root : 0.0f);
    }
    friend Dual exponential(const Dual& a) {
        const float result = std::exp(a.value);
        return a.chain(result, result);
    }
    friend Dual logarithm(const Dual& a) { return a.chain(std::log(a.value), 1 / a.value); }
    friend Dual arc_tangent(const Dual& a) {
        return a.chain(std::atan(a.value), 1 / (1 + a.value * a.value));
    }
    friend Dual cosine(const Dual& a) { return a.chain(std::cos(a.value), -std::sin(a.value)); }
    friend Dual sine(const Dual& a) { return a.chain(std::sin(a.value), std::cos(a.value)); }
};

template <int N>
float value_of(const Dual<N>& a) {
    return a.value;
}

// The same names for plain numbers.
inline float value_of(float a) {
    return a;
}
inline float minimum(float a, float b) {
    return std::min(a, b);
}
inline float maximum(float a, float b) {
    return std::max(a, b);
}
inline float limited(float a, float low, float high) {
    return std::clamp(a, low, high);
}
inline float square_root(float a) {
    return std::sqrt(a);
}
inline float exponential(float a) {
    return std::exp(a);
}
inline float logarithm(float a) {
    return std::log(a);
}
inline float arc_tangent(float a) {
    return std::atan(a);
}
inline float cosine(float a) {
    return std::cos(a);
}
inline float sine(float a) {
    return std::sin(a);
}

}  // namespace yolo::train

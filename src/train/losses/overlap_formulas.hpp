// SPDX-License-Identifier: Apache-2.0
/// \file The overlaps that are learned, for plain numbers and for numbers with derivatives (dual.hpp). The
/// order of operations matters: equal results decide ties of the assigner.
#pragma once

#include <array>
#include <limits>
#include <numbers>

#include "train/losses/dual.hpp"

namespace yolo::train {

/// Complete IoU of corner boxes (Zheng et al., arXiv:1911.08287): IoU, less the distance of the centres by
/// the diagonal of the enclosing box, less the difference in aspect, whose weight counts as a constant.
template <class T>
T ciou(const std::array<T, 4>& first, const std::array<T, 4>& second) {
    constexpr float eps = 1e-7f;
    const T w1 = first[2] - first[0], h1 = first[3] - first[1] + T(eps);
    const T w2 = second[2] - second[0], h2 = second[3] - second[1] + T(eps);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const T inside = limited(minimum(first[2], second[2]) - maximum(first[0], second[0]), 0, infinity) *
                     limited(minimum(first[3], second[3]) - maximum(first[1], second[1]), 0, infinity);
    const T all = w1 * h1 + w2 * h2 - inside + T(eps);
    const T iou = inside / all;
    const T width = maximum(first[2], second[2]) - minimum(first[0], second[0]);
    const T height = maximum(first[3], second[3]) - minimum(first[1], second[1]);
    const T diagonal = width * width + height * height + T(eps);
    const T dx = second[0] + second[2] - first[0] - first[2];
    const T dy = second[1] + second[3] - first[1] - first[3];
    const T distance = (dx * dx + dy * dy) / T(4);
    const T turn = arc_tangent(w2 / h2) - arc_tangent(w1 / h1);
    const T aspect = T(static_cast<float>(4 / (std::numbers::pi * std::numbers::pi))) * (turn * turn);
    const float weight = value_of(aspect) / (value_of(aspect) - value_of(iou) + (1 + eps));
    return iou - (distance / diagonal + aspect * T(weight));
}

/// Probabilistic IoU of rotated boxes (cx, cy, w, h, angle) as normal distributions (Llerena et al.,
/// arXiv:2106.06072, equations 4 to 8). `floor` is added to the variances of both sides: thin boxes keep a
/// slope.
template <class T>
T prob_iou(const std::array<T, 5>& first, const std::array<T, 5>& second, float floor) {
    constexpr float eps = 1e-7f;
    const auto covariance = [&](const std::array<T, 5>& box) {
        const T along = box[2] * box[2] / T(12) + T(floor), across = box[3] * box[3] / T(12) + T(floor);
        const T c = cosine(box[4]), s = sine(box[4]);
        const T c2 = c * c, s2 = s * s;
        return std::array<T, 3>{along * c2 + across * s2, along * s2 + across * c2, (along - across) * c * s};
    };
    const auto [a1, b1, c1] = covariance(first);
    const auto [a2, b2, c2] = covariance(second);
    const T a = a1 + a2, b = b1 + b2, c = c1 + c2;
    const T dx = second[0] - first[0], dy = first[1] - second[1];
    const T determinant = a * b - c * c;
    const T t1 = (a * (dy * dy) + b * (dx * dx)) / (determinant + T(eps)) * T(0.25f);
    const T t2 = c * dx * dy / (determinant + T(eps)) * T(0.5f);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const T root =
        square_root(limited(a1 * b1 - c1 * c1, 0, infinity) * limited(a2 * b2 - c2 * c2, 0, infinity));
    const T t3 = logarithm(determinant / (T(4) * root + T(eps)) + T(eps)) * T(0.5f);
    const T distance = limited(t1 + t2 + t3, eps, 100);
    return T(1) - square_root(T(1) - exponential(T(0) - distance) + T(eps));
}

}  // namespace yolo::train

// SPDX-License-Identifier: Apache-2.0
#include "image/overlap.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::image {

float box_iou(const Box4& a, const Box4& b, float eps) {
    const float width = std::max(std::min(a[2], b[2]) - std::max(a[0], b[0]), 0.0f);
    const float height = std::max(std::min(a[3], b[3]) - std::max(a[1], b[1]), 0.0f);
    const float inside = width * height;
    const float area_a = (a[2] - a[0]) * (a[3] - a[1]), area_b = (b[2] - b[0]) * (b[3] - b[1]);
    return inside / (area_a + area_b - inside + eps);
}

BoxGaussian box_gaussian(const Rotated5& box) {
    const auto [x, y, w, h, angle] = box;
    const float along = w * w / 12, across = h * h / 12;  // variances of a uniform side
    const float cosine = std::cos(angle), sine = std::sin(angle);
    const float cosine2 = cosine * cosine, sine2 = sine * sine;
    return {x, y, along * cosine2 + across * sine2, along * sine2 + across * cosine2,
            (along - across) * cosine * sine};
}

float prob_iou(const BoxGaussian& first, const BoxGaussian& second, float eps) {
    const float a = first.a + second.a, b = first.b + second.b, c = first.c + second.c;
    const float dx = second.x - first.x, dy = first.y - second.y;
    const float determinant = a * b - c * c;
    const float t1 = (a * dy * dy + b * dx * dx) / (determinant + eps) * 0.25f;
    const float t2 = c * dx * dy / (determinant + eps) * 0.5f;
    const float root = std::sqrt(std::max(first.a * first.b - first.c * first.c, 0.0f) *
                                 std::max(second.a * second.b - second.c * second.c, 0.0f));
    const float t3 = std::log(determinant / (4 * root + eps) + eps) * 0.5f;
    const float distance = std::clamp(t1 + t2 + t3, eps, 100.0f);
    return 1 - std::sqrt(1 - std::exp(-distance) + eps);
}

float prob_iou(const Rotated5& first, const Rotated5& second, float eps) {
    return prob_iou(box_gaussian(first), box_gaussian(second), eps);
}

}  // namespace yolo::image

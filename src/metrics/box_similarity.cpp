// SPDX-License-Identifier: Apache-2.0
#include "metrics/box_similarity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "image/overlap.hpp"

namespace yolo::metrics {

namespace {

constexpr float similarity_eps = 1e-7f;

struct Sides {
    float width = 0, height = 0;
};

/// 4/pi^2 times the squared difference of the angles of the diagonals.
float aspect_difference(const Sides& first, const Sides& second) {
    constexpr auto pi = std::numbers::pi_v<float>;
    const float angle = std::atan(second.width / second.height) - std::atan(first.width / first.height);
    return 4 / (pi * pi) * angle * angle;
}

float similarity(BoxSimilarity kind, const image::Box4& first, const image::Box4& second, const Sides& size1,
                 const Sides& size2) {
    const float across = std::min(first[2], second[2]) - std::max(first[0], second[0]);
    const float down = std::min(first[3], second[3]) - std::max(first[1], second[1]);
    const float common = std::max(across, 0.0f) * std::max(down, 0.0f);
    const float united = size1.width * size1.height + size2.width * size2.height - common + similarity_eps;
    const float iou = common / united;
    if (kind == BoxSimilarity::iou) return iou;
    const float enclosing_width = std::max(first[2], second[2]) - std::min(first[0], second[0]);
    const float enclosing_height = std::max(first[3], second[3]) - std::min(first[1], second[1]);
    if (kind == BoxSimilarity::giou) {
        const float enclosing = enclosing_width * enclosing_height + similarity_eps;
        return iou - (enclosing - united) / enclosing;
    }
    const float diagonal2 =
        enclosing_width * enclosing_width + enclosing_height * enclosing_height + similarity_eps;
    const float dx = second[0] + second[2] - first[0] - first[2];
    const float dy = second[1] + second[3] - first[1] - first[3];
    const float distance = (dx * dx + dy * dy) / 4 / diagonal2;
    if (kind == BoxSimilarity::diou) return iou - distance;
    const float aspect = aspect_difference(size1, size2);
    const float weight = aspect / (aspect - iou + (1 + similarity_eps));
    return iou - (distance + aspect * weight);
}

}  // namespace

float similarity_xyxy(BoxSimilarity kind, const image::Box4& first, const image::Box4& second) {
    const auto sides = [](const image::Box4& box) {
        return Sides{box[2] - box[0], box[3] - box[1] + similarity_eps};
    };
    return similarity(kind, first, second, sides(first), sides(second));
}

float similarity_xywh(BoxSimilarity kind, const image::Box4& first, const image::Box4& second) {
    return similarity(kind, image::xywh_to_xyxy(first), image::xywh_to_xyxy(second), {first[2], first[3]},
                      {second[2], second[3]});
}

float intersection_over_area(const image::Box4& first, const image::Box4& second) {
    const float across = std::min(first[2], second[2]) - std::max(first[0], second[0]);
    const float down = std::min(first[3], second[3]) - std::max(first[1], second[1]);
    const float common = std::max(across, 0.0f) * std::max(down, 0.0f);
    return common / ((second[2] - second[0]) * (second[3] - second[1]) + similarity_eps);
}

float rotated_similarity(const image::Rotated5& first, const image::Rotated5& second,
                         const RotatedTerms& terms) {
    const auto gaussian = [&](const image::Rotated5& box) {
        image::BoxGaussian result = image::box_gaussian(box);
        result.a += terms.floor;  // a rotation leaves the same variance in all directions as it is
        result.b += terms.floor;
        return result;
    };
    const float overlap = image::prob_iou(gaussian(first), gaussian(second), similarity_eps);
    if (!terms.aspect) return overlap;
    const float aspect = aspect_difference({first[2], first[3]}, {second[2], second[3]});
    return overlap - aspect * aspect / (aspect - overlap + (1 + similarity_eps));
}

}  // namespace yolo::metrics

// SPDX-License-Identifier: Apache-2.0
#include "train/losses/row_losses.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/losses/dual.hpp"
#include "train/losses/overlap_formulas.hpp"
#include "train/losses/vector_math.hpp"

namespace yolo::train {

namespace {

template <int N>
LossAndGradient<N> one_minus(const Dual<N>& overlap) {
    LossAndGradient<N> made{1 - overlap.value, {}};
    for (std::size_t i = 0; i < N; ++i) made.gradient[i] = -overlap.slope[i];
    return made;
}

template <int N>
std::array<Dual<N>, N> inputs(const std::array<float, N>& values) {
    std::array<Dual<N>, N> made;
    for (std::size_t i = 0; i < N; ++i) made[i] = Dual<N>::input(values[i], static_cast<int>(i));
    return made;
}

template <int N>
std::array<Dual<N>, N> constants(const std::array<float, N>& values) {
    std::array<Dual<N>, N> made;
    std::copy(values.begin(), values.end(), made.begin());
    return made;
}

/// exp(logit - highest) of one side, their sum, and the expected bin.
struct SideSums {
    float highest, sum, expected;
};

/// Over the halves of halves: sums that the compiler does not have to add up one after the other.
template <int count>
YOLO_INLINE float sum_of(const float* values) {
    float partial[count];
    for (int i = 0; i < count; ++i) partial[i] = values[i];
    for (int half = count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) partial[i] += partial[i + half];
    }
    return partial[0];
}

/// The usual 16 bins, a whole vector.
YOLO_INLINE SideSums sums_of_16(const float* logits, float* exponentials) {
    constexpr int bins = 16;
    float partial[bins], weighted[bins];
    for (int i = 0; i < bins; ++i) partial[i] = logits[i];
    for (int half = bins / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) {
            partial[i] = partial[i] < partial[i + half] ? partial[i + half] : partial[i];
        }
    }
    const float highest = partial[0];
    for (int i = 0; i < bins; ++i) exponentials[i] = fast_exp(logits[i] - highest);
    for (int i = 0; i < bins; ++i) weighted[i] = static_cast<float>(i) * exponentials[i];
    const float sum = sum_of<bins>(exponentials);
    return {highest, sum, sum_of<bins>(weighted) / sum};
}

YOLO_INLINE SideSums side_sums(const float* logits, int bins, float* exponentials) {
    if (bins == 16) return sums_of_16(logits, exponentials);
    float highest = logits[0];
    for (int i = 1; i < bins; ++i) highest = highest < logits[i] ? logits[i] : highest;
    float sum = 0, expected = 0;
    for (int i = 0; i < bins; ++i) {
        exponentials[i] = fast_exp(logits[i] - highest);
        sum += exponentials[i];
        expected += static_cast<float>(i) * exponentials[i];
    }
    return {highest, sum, expected / sum};
}

}  // namespace

LossAndGradient<4> ciou_loss(const std::array<float, 4>& predicted, const std::array<float, 4>& target) {
    return one_minus(ciou(inputs<4>(predicted), constants<4>(target)));
}

LossAndGradient<5> prob_iou_loss(const std::array<float, 5>& predicted, const std::array<float, 5>& target) {
    constexpr float floor = 0.01f;
    return one_minus(prob_iou(inputs<5>(predicted), constants<5>(target), floor));
}

LossAndGradient<1> angle_loss(float predicted, float target, float width, float height) {
    constexpr float pi = std::numbers::pi_v<float>;
    const float aspect = std::log((width + 1e-9f) / (height + 1e-9f));
    const float weight = std::exp(-(aspect * aspect) / 9);
    const float difference = predicted - target;
    const float wrapped = difference - std::nearbyint(difference / pi) * pi;
    const float s = std::sin(2 * wrapped);
    return {weight * s * s, {weight * 2 * std::sin(4 * wrapped)}};
}

YOLO_MULTIVERSION std::array<float, 4> expected_distances(const float* logits, int bins) {
    std::array<float, 4> distances;
    float exponentials[SideDistributions::most_bins];
    for (std::size_t side = 0; side < 4; ++side) {
        distances[side] = side_sums(logits + static_cast<int>(side) * bins, bins, exponentials).expected;
    }
    return distances;
}

SideDistributions::SideDistributions(const float* logits, int bins) : bins_(bins), logits_(logits) {
    for (std::size_t side = 0; side < 4; ++side) {
        float* p = &probabilities_[side * static_cast<std::size_t>(bins)];
        const SideSums sums = side_sums(logits + static_cast<int>(side) * bins, bins, p);
        for (int i = 0; i < bins; ++i) p[i] /= sums.sum;
        distances_[side] = sums.expected;
        normalisers_[side] = sums.highest + std::log(sums.sum);
    }
}

float SideDistributions::focal_loss(std::array<float, 4> targets, float scale, float* gradient) const {
    float loss = 0;
    for (std::size_t side = 0; side < 4; ++side) {
        const float target = std::clamp(targets[side], 0.0f, static_cast<float>(bins_ - 1) - 0.01f);
        const int low = static_cast<int>(target);
        const float weight_low = static_cast<float>(low + 1) - target, weight_high = 1 - weight_low;
        const std::size_t first = side * static_cast<std::size_t>(bins_);
        const std::size_t at = first + static_cast<std::size_t>(low);
        loss += (normalisers_[side] - logits_[at]) * weight_low +
                (normalisers_[side] - logits_[at + 1]) * weight_high;
        for (std::size_t i = first; i < first + static_cast<std::size_t>(bins_); ++i) {
            gradient[i] += scale / 4 * probabilities_[i];
        }
        gradient[at] -= scale / 4 * weight_low;
        gradient[at + 1] -= scale / 4 * weight_high;
    }
    return loss / 4;
}

void SideDistributions::add_distance_gradient(const std::array<float, 4>& by_distance,
                                              float* gradient) const {
    for (std::size_t side = 0; side < 4; ++side) {
        for (int bin = 0; bin < bins_; ++bin) {
            const std::size_t i = side * static_cast<std::size_t>(bins_) + static_cast<std::size_t>(bin);
            gradient[i] +=
                by_distance[side] * probabilities_[i] * (static_cast<float>(bin) - distances_[side]);
        }
    }
}

float keypoint_loss(std::span<const float> predicted, std::span<const float> target,
                    std::span<const bool> labelled, float area, std::span<const float> sigmas,
                    std::span<float> gradient) {
    const std::size_t count = labelled.size();
    const auto k = static_cast<float>(count);
    const auto seen = static_cast<float>(std::count(labelled.begin(), labelled.end(), true));
    const float factor = k / (seen + 1e-9f);
    float loss = 0;
    for (std::size_t i = 0; i < count; ++i) {
        gradient[2 * i] = gradient[2 * i + 1] = 0;
        if (!labelled[i]) continue;
        const float dx = predicted[2 * i] - target[2 * i], dy = predicted[2 * i + 1] - target[2 * i + 1];
        const float spread = (2 * sigmas[i]) * (2 * sigmas[i]) * (area + 1e-9f) * 2;
        const float similarity = std::exp(-(dx * dx + dy * dy) / spread);
        loss += factor * (1 - similarity);
        const float slope = factor * similarity * 2 / spread / k;
        gradient[2 * i] = slope * dx;
        gradient[2 * i + 1] = slope * dy;
    }
    return loss / k;
}

}  // namespace yolo::train

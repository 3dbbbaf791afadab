// SPDX-License-Identifier: Apache-2.0
#include "train/losses/class_loss.hpp"

#include <algorithm>

namespace yolo::train {

namespace {

constexpr int lanes = 16;

/// A few thousand logits: the sum in float32 lanes is exact enough.
template <bool differentiate, class T>
YOLO_INLINE float block_loss(const T* __restrict logits, std::int64_t count, float scale,
                             T* __restrict gradient) {
    float partial[lanes] = {};
    const std::int64_t whole = count / lanes * lanes;
    for (std::int64_t i = 0; i < whole; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane) {
            const Logistic value = logistic(load(logits[i + lane]));
            partial[lane] += value.softplus;
            if constexpr (differentiate) store(gradient[i + lane], value.probability * scale);
        }
    }
    float sum = 0;
    for (std::int64_t i = whole; i < count; ++i) {
        const Logistic value = logistic(load(logits[i]));
        sum += value.softplus;
        if constexpr (differentiate) store(gradient[i], value.probability * scale);
    }
    for (const float lane : partial) sum += lane;
    return sum;
}

// One function per type, so that each is compiled for each instruction set.
YOLO_MULTIVERSION float loss_f32(const float* logits, std::int64_t count) {
    return block_loss<false>(logits, count, 0, static_cast<float*>(nullptr));
}
YOLO_MULTIVERSION float loss_bf16(const Bf16* logits, std::int64_t count) {
    return block_loss<false>(logits, count, 0, static_cast<Bf16*>(nullptr));
}
YOLO_MULTIVERSION float gradient_f32(const float* logits, std::int64_t count, float scale, float* gradient) {
    return block_loss<true>(logits, count, scale, gradient);
}
YOLO_MULTIVERSION float gradient_bf16(const Bf16* logits, std::int64_t count, float scale, Bf16* gradient) {
    return block_loss<true>(logits, count, scale, gradient);
}

float span_loss(const MapView& logits, std::int64_t first, std::int64_t count, float scale,
                const GradientView& gradient) {
    if (logits.bf16) {
        const auto* x = static_cast<const Bf16*>(logits.data) + first;
        if (gradient.data == nullptr) return loss_bf16(x, count);
        return gradient_bf16(x, count, scale, static_cast<Bf16*>(gradient.data) + first);
    }
    const auto* x = static_cast<const float*>(logits.data) + first;
    if (gradient.data == nullptr) return loss_f32(x, count);
    return gradient_f32(x, count, scale, static_cast<float*>(gradient.data) + first);
}

}  // namespace

double background_loss(const MapView& logits, std::int64_t begin, std::int64_t end,
                       std::span<const float> class_weights, float scale, const GradientView& gradient) {
    double sum = 0;
    const std::int64_t channels = logits.channels;
    if (class_weights.empty()) {
        constexpr std::int64_t block = 4096;
        for (std::int64_t i = begin * channels; i < end * channels; i += block) {
            const std::int64_t count = std::min(block, end * channels - i);
            sum += static_cast<double>(span_loss(logits, i, count, scale, gradient));
        }
        return sum;
    }
    for (std::int64_t row = begin; row < end; ++row) {
        for (int c = 0; c < channels; ++c) {
            const float weight = class_weights[static_cast<std::size_t>(c)];
            const Logistic value = logistic(logits.at(row, c));
            sum += static_cast<double>(value.softplus * weight);
            if (gradient.data != nullptr) gradient.write(row, c, value.probability * weight * scale);
        }
    }
    return sum;
}

double target_loss(const MapView& logits, std::int64_t row, int class_id, float target, float class_weight,
                   float scale, const GradientView& gradient) {
    const float x = logits.at(row, class_id);
    if (gradient.data != nullptr) {
        gradient.write(row, class_id, (logistic(x).probability - target) * class_weight * scale);
    }
    return -static_cast<double>(x) * static_cast<double>(target) * static_cast<double>(class_weight);
}

}  // namespace yolo::train

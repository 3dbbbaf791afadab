// SPDX-License-Identifier: Apache-2.0
#include "train/losses/mask_loss.hpp"

#include <algorithm>
#include <cmath>

#include "train/losses/vector_math.hpp"

namespace yolo::train {

namespace {

/// First whole number not below a coordinate, within the mask.
int first_from(float coordinate, int size) {
    return static_cast<int>(std::clamp(std::ceil(coordinate), 0.0f, static_cast<float>(size)));
}

/// Dot products of `count` pixels with the coefficients.
YOLO_MULTIVERSION void mask_logits(const float* pixels, int count, int channels, const float* coefficients,
                                   float* logits) {
    for (int i = 0; i < count; ++i) {
        float partial[16] = {};
        const float* p = pixels + static_cast<std::int64_t>(i) * channels;
        int c = 0;
        for (; c + 16 <= channels; c += 16) {
            for (int lane = 0; lane < 16; ++lane) partial[lane] += p[c + lane] * coefficients[c + lane];
        }
        float sum = 0;
        for (; c < channels; ++c) sum += p[c] * coefficients[c];
        for (int half = 8; half > 0; half /= 2) {
            for (int lane = 0; lane < half; ++lane) partial[lane] += partial[lane + half];
        }
        logits[i] = sum + partial[0];
    }
}

/// Binary cross-entropy; the logits become its slopes.
YOLO_MULTIVERSION float cross_entropy(float* logits, const float* targets, int count) {
    float sum = 0;
    for (int i = 0; i < count; ++i) {
        const float x = logits[i];
        const Logistic value = logistic(x);
        logits[i] = value.probability - targets[i];
        sum += value.softplus - x * targets[i];
    }
    return sum;
}

YOLO_MULTIVERSION void add_gradients(const float* slopes, float scale, const float* pixels, int count,
                                     int channels, const float* coefficients, float* pixel_gradient,
                                     float* coefficient_gradient) {
    for (int i = 0; i < count; ++i) {
        const float slope = slopes[i] * scale;
        const float* p = pixels + static_cast<std::int64_t>(i) * channels;
        float* g = pixel_gradient + static_cast<std::int64_t>(i) * channels;
        for (int c = 0; c < channels; ++c) coefficient_gradient[c] += slope * p[c];
        for (int c = 0; c < channels; ++c) g[c] += slope * coefficients[c];
    }
}

}  // namespace

bool MaskView::at(std::size_t pixel) const {
    const auto plane_size = static_cast<std::size_t>(masks->dim(1) * masks->dim(2));
    const std::size_t i = plane * plane_size + pixel;
    if (masks->dtype() == DType::i32) return masks->values<std::int32_t>()[i] == value;
    return masks->values<std::uint8_t>()[i] == value;
}

float mask_loss(const float* coefficients, const MaskView& mask, const std::array<float, 4>& box, float area,
                float scale, const PrototypeView& prototypes, float* coefficient_gradient) {
    const int left = first_from(box[0], prototypes.width), right = first_from(box[2], prototypes.width);
    const int top = first_from(box[1], prototypes.height), bottom = first_from(box[3], prototypes.height);
    const int count = right - left;
    if (count <= 0 || bottom <= top) return 0;
    const auto pixels = static_cast<float>(prototypes.height) * static_cast<float>(prototypes.width);
    std::vector<float> logits(static_cast<std::size_t>(count)), targets(logits.size());
    double sum = 0;
    for (int y = top; y < bottom; ++y) {
        const std::size_t first = static_cast<std::size_t>(y) * static_cast<std::size_t>(prototypes.width) +
                                  static_cast<std::size_t>(left);
        for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = mask.at(first + i) ? 1.0f : 0.0f;
        const std::size_t offset = first * static_cast<std::size_t>(prototypes.channels);
        mask_logits(prototypes.data + offset, count, prototypes.channels, coefficients, logits.data());
        sum += static_cast<double>(cross_entropy(logits.data(), targets.data(), count));
        if (prototypes.gradient != nullptr) {
            add_gradients(logits.data(), scale / pixels / area, prototypes.data + offset, count,
                          prototypes.channels, coefficients, prototypes.gradient + offset,
                          coefficient_gradient);
        }
    }
    return static_cast<float>(sum) / pixels / area;
}

}  // namespace yolo::train

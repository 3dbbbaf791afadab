// SPDX-License-Identifier: Apache-2.0
/// \file A network that knows the labels of test::FakeDataset.
#pragma once

#include <algorithm>

#include <fmt/core.h>

#include "evaluation/validator.hpp"

namespace yolo::test {

using inference::NetworkOutput;
using inference::RunNetwork;

inline constexpr int class_count = 3;

inline ModelInfo model_info(int classes = class_count) {
    ModelInfo info;
    std::vector<std::string> names;
    for (int i = 0; i < classes; ++i) names.push_back(fmt::format("class {}", i));
    info.names = std::make_shared<std::vector<std::string>>(std::move(names));
    info.stride = {8, 16, 32};
    return info;
}

/// Finds every label of a batch, object k with confidence 0.9 - k / 100, its boxes moved by a share of their
/// width that grows with the picture.
inline inference::NetworkOutput find_labels(const data::Batch& batch, int first, int count, double error,
                                            int anchors = 16) {
    const int channels = 4 + class_count;
    Tensor output = Tensor::allocate(DType::f32, {count, channels, anchors});
    const std::span<float> values = output.mutable_values<float>();
    std::fill(values.begin(), values.end(), 0.0f);
    std::vector<int> found(static_cast<std::size_t>(batch.size()), 0);
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        const int picture = batch.picture_of[i];
        const int anchor = found[static_cast<std::size_t>(picture)]++;
        if (picture < first || picture >= first + count) continue;
        const auto set = [&](int channel, double value) {
            values[static_cast<std::size_t>(((picture - first) * channels + channel) * anchors + anchor)] =
                static_cast<float>(value);
        };
        const float* box = batch.boxes.data() + 4 * i;
        const double index = static_cast<double>(batch.pictures[static_cast<std::size_t>(picture)].index);
        set(0, box[0] * batch.width() + error * index * box[2] * batch.width());
        set(1, box[1] * batch.height());
        set(2, box[2] * batch.width());
        set(3, box[3] * batch.height());
        set(4 + batch.classes[i], 0.9 - 0.01 * anchor);
    }
    return {{output}, {}};
}

inline inference::RunNetwork label_finder(double error = 0) {
    return [error](const data::Batch& batch, int first, int count) {
        return find_labels(batch, first, count, error);
    };
}

}  // namespace yolo::test

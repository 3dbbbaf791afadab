// SPDX-License-Identifier: Apache-2.0
/// \file A detection head's maps and their gradients in memory, as the losses see them: without LibTorch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <yolo/image.hpp>

#include "train/losses/vector_math.hpp"

namespace yolo::train {

/// A map (N, h, w, channels), dense, float32 or bfloat16. A row is one anchor: (n h + y) w + x.
struct MapView {
    const void* data = nullptr;
    bool bf16 = false;
    int channels = 0;

    float at(std::int64_t row, int channel) const {
        const std::int64_t i = row * channels + channel;
        return bf16 ? load(static_cast<const Bf16*>(data)[i]) : static_cast<const float*>(data)[i];
    }
    void read(std::int64_t row, float* values) const {
        const std::int64_t first = row * channels;
        if (bf16) {
            const auto* from = static_cast<const Bf16*>(data) + first;
            for (int c = 0; c < channels; ++c) values[c] = load(from[c]);
        } else {
            std::copy_n(static_cast<const float*>(data) + first, channels, values);
        }
    }
};

/// The gradient of a map, of the same form. Without data: not wanted.
struct GradientView {
    void* data = nullptr;
    bool bf16 = false;
    int channels = 0;

    void write(std::int64_t row, int channel, float value) const {
        const std::int64_t i = row * channels + channel;
        if (bf16) {
            store(static_cast<Bf16*>(data)[i], value);
        } else {
            static_cast<float*>(data)[i] = value;
        }
    }
    void write(std::int64_t row, const float* values) const {
        for (int c = 0; c < channels; ++c) write(row, c, values[c]);
    }
};

/// Zeros beforehand: only what is not zero is written, but for cls_gradient, which is written whole.
struct HeadLevel {
    int height = 0, width = 0, stride = 1;
    MapView box, cls, extra;
    GradientView box_gradient, cls_gradient, extra_gradient;

    int anchors() const { return height * width; }
};

struct HeadView {
    int pictures = 0;
    Size input;  ///< pixels
    int class_count = 0;
    int bins = 16;  ///< of the distribution of each side's distance
    std::vector<HeadLevel> levels;

    int anchors() const {
        int sum = 0;
        for (const HeadLevel& level : levels) sum += level.anchors();
        return sum;
    }
};

/// An anchor of one picture, by its place in the list of all: level after level, row-major.
struct AnchorPlace {
    const HeadLevel* level = nullptr;
    int index = 0;       ///< in its level
    float x = 0, y = 0;  ///< grid units

    std::int64_t row(int picture) const {
        return static_cast<std::int64_t>(picture) * level->anchors() + index;
    }
};

inline AnchorPlace anchor_place(const HeadView& head, int anchor) {
    for (const HeadLevel& level : head.levels) {
        if (anchor < level.anchors()) {
            return {&level, anchor, static_cast<float>(anchor % level.width) + 0.5f,
                    static_cast<float>(anchor / level.width) + 0.5f};
        }
        anchor -= level.anchors();
    }
    return {};
}

}  // namespace yolo::train

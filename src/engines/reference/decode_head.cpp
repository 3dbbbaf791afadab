// SPDX-License-Identifier: Apache-2.0
/// \file Decoding of a detection head. Distribution focal loss: Li et al. 2020, arXiv:2006.04388, equations 5
/// and 6: a side's distance is the expectation of a distribution over the integers 0 .. reg_max - 1 (in grid
/// cells).
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engines/reference/ops.hpp"

namespace yolo::engines::reference {

namespace {

double sigmoid(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

/// Element (c, i) of a map of one picture, i counting pixels.
struct Pixels {
    std::span<const float> values;
    std::size_t count;
    double operator()(int channel, std::size_t i) const {
        return values[static_cast<std::size_t>(channel) * count + i];
    }
};

Pixels pixels(const Tensor& map, std::int64_t picture) {
    const auto count = static_cast<std::size_t>(map.dim(2) * map.dim(3));
    const std::size_t size = count * static_cast<std::size_t>(map.dim(1));
    return {map.values<float>().subspan(static_cast<std::size_t>(picture) * size, size), count};
}

double side_distance(const Pixels& box, int side, int reg_max, std::size_t i) {
    if (reg_max == 1) return box(side, i);
    double highest = box(side * reg_max, i), sum = 0, weighted = 0;
    for (int bin = 1; bin < reg_max; ++bin) highest = std::max(highest, box(side * reg_max + bin, i));
    for (int bin = 0; bin < reg_max; ++bin) {
        const double e = std::exp(box(side * reg_max + bin, i) - highest);
        sum += e;
        weighted += e * bin;
    }
    return weighted / sum;
}

/// Centre and size in grid cells. `angle` turns the offset of the centre.
std::array<double, 4> box_from_distances(double l, double t, double r, double b, double ax, double ay,
                                         double angle) {
    const double fx = (r - l) / 2, fy = (b - t) / 2;
    return {ax + fx * std::cos(angle) - fy * std::sin(angle),
            ay + fx * std::sin(angle) + fy * std::cos(angle), l + r, t + b};
}

double decode_extra(const graph::DecodeHead& op, double value, int channel, double column, double row,
                    int stride) {
    if (op.extra == graph::HeadExtra::angle) return (sigmoid(value) - 0.25) * std::numbers::pi;
    if (op.extra != graph::HeadExtra::keypoints) return value;
    switch (channel % op.kpt_shape[1]) {
        case 0:
            return (2 * value + column) * stride;
        case 1:
            return (2 * value + row) * stride;
        default:
            return sigmoid(value);
    }
}

}  // namespace

Tensor decode_head(const graph::DecodeHead& op, std::span<const Tensor> maps) {
    const std::size_t levels = op.strides.size();
    std::int64_t anchors = 0;
    for (std::size_t l = 0; l < levels; ++l) anchors += maps[l].dim(2) * maps[l].dim(3);
    Tensor y =
        Tensor::allocate(DType::f32, {maps[0].dim(0), 4 + op.class_count + op.extra_channels, anchors});
    const auto out = y.mutable_values<float>();

    for (std::int64_t n = 0; n < y.dim(0); ++n) {
        std::int64_t anchor = 0;
        for (std::size_t l = 0; l < levels; ++l) {
            const bool has_extra = op.extra != graph::HeadExtra::none;
            const Pixels box = pixels(maps[l], n), cls = pixels(maps[levels + l], n);
            const Pixels extra = has_extra ? pixels(maps[2 * levels + l], n) : Pixels{{}, 0};
            const int stride = op.strides[l];
            const auto width = static_cast<std::size_t>(maps[l].dim(3));
            for (std::size_t i = 0; i < box.count; ++i, ++anchor) {
                const auto put = [&](int row, double value) {
                    out[static_cast<std::size_t>((n * y.dim(1) + row) * anchors + anchor)] =
                        static_cast<float>(value);
                };
                const double column = static_cast<double>(i % width), row = static_cast<double>(i / width);
                std::array<double, 4> side{};
                for (int s = 0; s < 4; ++s)
                    side[static_cast<std::size_t>(s)] = side_distance(box, s, op.reg_max, i);
                const bool turned = op.extra == graph::HeadExtra::angle;
                const double angle = turned ? decode_extra(op, extra(0, i), 0, column, row, stride) : 0.0;
                const auto xywh =
                    box_from_distances(side[0], side[1], side[2], side[3], column + 0.5, row + 0.5, angle);
                for (int k = 0; k < 4; ++k) put(k, xywh[static_cast<std::size_t>(k)] * stride);
                for (int k = 0; k < op.class_count; ++k) put(4 + k, sigmoid(cls(k, i)));
                for (int k = 0; k < op.extra_channels; ++k)
                    put(4 + op.class_count + k, decode_extra(op, extra(k, i), k, column, row, stride));
            }
        }
    }
    return y;
}

}  // namespace yolo::engines::reference

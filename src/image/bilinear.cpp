// SPDX-License-Identifier: Apache-2.0
#include "image/bilinear.hpp"

#include <algorithm>

namespace yolo::image {

void BilinearAxis::shift(int offset) {
    for (int& index : low) index += offset;
    for (int& index : high) index += offset;
}

BilinearAxis bilinear_axis(int in_size, int out_size, int begin, int end) {
    const float scale = static_cast<float>(in_size) / static_cast<float>(out_size);
    BilinearAxis axis;
    for (int i = begin; i < end; ++i) {
        const float source = std::max((static_cast<float>(i) + 0.5f) * scale - 0.5f, 0.0f);
        const int low = std::min(static_cast<int>(source), in_size - 1);
        axis.low.push_back(low);
        axis.high.push_back(std::min(low + 1, in_size - 1));
        axis.weight.push_back(std::min(source - static_cast<float>(low), 1.0f));
    }
    return axis;
}

void interpolate_row(const PlaneWindow& plane, const BilinearAxis& y_axis, std::size_t row,
                     const BilinearAxis& x_axis, std::vector<float>& scratch, float* out) {
    const auto row_at = [&](int y) {
        return plane.values.data() + static_cast<std::ptrdiff_t>(y - plane.y) * plane.width;
    };
    const float* upper = row_at(y_axis.low[row]);
    const float* lower = row_at(y_axis.high[row]);
    const float weight = y_axis.weight[row];
    const int offset = plane.x, last = x_axis.last() - offset;
    scratch.resize(static_cast<std::size_t>(plane.width));
    float* mixed = scratch.data();
    for (int x = x_axis.first() - offset; x <= last; ++x)
        mixed[x] = (1 - weight) * upper[x] + weight * lower[x];
    for (std::size_t i = 0; i < x_axis.size(); ++i) {
        const float share = x_axis.weight[i];
        out[i] = (1 - share) * mixed[x_axis.low[i] - offset] + share * mixed[x_axis.high[i] - offset];
    }
}

PlaneWindow interpolate(const PlaneWindow& plane, const BilinearAxis& y_axis, const BilinearAxis& x_axis,
                        int y, int x) {
    PlaneWindow result{y, x, static_cast<int>(y_axis.size()), static_cast<int>(x_axis.size()), {}};
    result.values.resize(y_axis.size() * x_axis.size());
    std::vector<float> scratch;
    for (std::size_t row = 0; row < y_axis.size(); ++row) {
        interpolate_row(plane, y_axis, row, x_axis, scratch, result.values.data() + row * x_axis.size());
    }
    return result;
}

}  // namespace yolo::image

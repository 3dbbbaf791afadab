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

BilinearRows::BilinearRows(const PlaneWindow& plane, const BilinearAxis& y_axis, const BilinearAxis& x_axis)
    : plane_(plane), y_axis_(y_axis), x_axis_(x_axis) {}

const float* BilinearRows::wide_row(int y) {
    WideRow& row = rows_[y & 1];
    if (row.y == y) return row.values.data();
    row.y = y;
    row.values.resize(x_axis_.size());
    const float* in = plane_.values.data() + static_cast<std::ptrdiff_t>(y - plane_.y) * plane_.width;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
        const float weight = x_axis_.weight[i];
        row.values[i] =
            (1 - weight) * in[x_axis_.low[i] - plane_.x] + weight * in[x_axis_.high[i] - plane_.x];
    }
    return row.values.data();
}

void BilinearRows::write(std::size_t i, float* out) {
    const float* upper = wide_row(y_axis_.low[i]);
    const float* lower = wide_row(y_axis_.high[i]);
    const float weight = y_axis_.weight[i];
    const std::size_t count = x_axis_.size();
    for (std::size_t x = 0; x < count; ++x) out[x] = (1 - weight) * upper[x] + weight * lower[x];
}

PlaneWindow interpolate(const PlaneWindow& plane, const BilinearAxis& y_axis, const BilinearAxis& x_axis,
                        int y, int x) {
    PlaneWindow result{y, x, static_cast<int>(y_axis.size()), static_cast<int>(x_axis.size()), {}};
    result.values.resize(y_axis.size() * x_axis.size());
    BilinearRows rows(plane, y_axis, x_axis);
    for (std::size_t i = 0; i < y_axis.size(); ++i) rows.write(i, result.values.data() + i * x_axis.size());
    return result;
}

}  // namespace yolo::image

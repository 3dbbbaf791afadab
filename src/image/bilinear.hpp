// SPDX-License-Identifier: Apache-2.0
/// \file Bilinear interpolation of float planes with pixel centres at .5 (no corner alignment, edges
/// repeated).
#pragma once

#include <cstddef>
#include <vector>

namespace yolo::image {

/// Along one axis: output i is (1 - weight) * input[low] + weight * input[high].
struct BilinearAxis {
    std::vector<int> low, high;
    std::vector<float> weight;

    std::size_t size() const { return low.size(); }
    int first() const { return low.front(); }  ///< lowest input asked for
    int last() const { return high.back(); }   ///< highest input asked for
    /// Moves the inputs, for a source that lies elsewhere.
    void shift(int offset);
};

/// Outputs begin .. end - 1 of an axis of `out_size` made from `in_size` inputs.
BilinearAxis bilinear_axis(int in_size, int out_size, int begin, int end);

/// A part of a larger plane: rows y .. y + height - 1, columns x .. x + width - 1.
struct PlaneWindow {
    int y = 0, x = 0, height = 0, width = 0;
    std::vector<float> values;  ///< (height, width)
};

/// Interpolates row after row. Across first, once for each input row, then down: most of the work is then the
/// same for neighbouring outputs, and has no gaps. The plane and the axes must live as long.
class BilinearRows {
  public:
    BilinearRows(const PlaneWindow& plane, const BilinearAxis& y_axis, const BilinearAxis& x_axis);

    /// Output row i; `out` needs as many places as the x axis. Ascending rows are the cheapest.
    void write(std::size_t i, float* out);

  private:
    struct WideRow {
        int y = -1;
        std::vector<float> values;
    };
    const float* wide_row(int y);

    const PlaneWindow& plane_;
    const BilinearAxis &y_axis_, &x_axis_;
    WideRow rows_[2];  ///< by the last bit of y: a row and the next one never share a place
};

/// All rows: the window's place is (y, x) in the output.
PlaneWindow interpolate(const PlaneWindow& plane, const BilinearAxis& y_axis, const BilinearAxis& x_axis,
                        int y, int x);

}  // namespace yolo::image

// SPDX-License-Identifier: Apache-2.0
/// \file The loops, for registers of any width. Lanes: `lanes` floats; load, store, all (the same in each),
/// +, -, *, /, min, max, fma(a, b, c) = a b + c; power(): 2^n of 1.5 * 2^23 + n, whose low bits are n; and
/// `rows`, how many rows of two registers fit beside the operands. Included where the instructions are chosen
/// by compiler options, so nothing here may call a function that others share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/unroll.hpp"
#include "kernels/winograd_kernels.hpp"

namespace yolo::kernels {

/// The left matrix of a product: element (row, step) at first[row * rows + step * steps].
struct Left {
    const float* first;
    std::int64_t rows, steps;
};

/// The right one, in panels of two registers of columns and perhaps one of half that width at the end.
struct Right {
    const float* first;
    std::int64_t steps, half_steps;  ///< floats from step to step, in the half panel
    std::int64_t panels;             ///< from panel to panel
};

template <class Lanes>
class WinogradLoops {
  public:
    /// `scratch`: of tiles.scratch_size() floats.
    WinogradLoops(const WinogradTiles& tiles, float* scratch)
        : tiles_(tiles),
          v_(scratch),
          m_(v_ + 16 * tiles.v_step()),
          zeros_(m_ + 16 * tiles.m_step()),
          unused_(zeros_ + Lanes::lanes) {
        Lanes::all(0).store(zeros_);
    }

    void convolve(std::int64_t block, const float* x, const float* weights, const WinogradOutput& output,
                  float* y) {
        const std::int64_t in = shape().in_channels, out = shape().out_channels;
        const std::int64_t first = block * tiles_.block, count = tiles_in(first);
        take_input(first, count, x);
        const std::int64_t rows =
            (count + 11) / 12 * 12;  // of a block's twelves; the last ones may be missing
        for (std::int64_t place = 0; place < 16; ++place) {
            float* v = v_ + place * tiles_.v_step();
            for (std::int64_t i = count * in; i < rows * in; ++i) v[i] = 0;
            multiply<false>({v, in, 1}, rows, {weights + place * in * out, panel, Lanes::lanes, panel * in},
                            in, m_ + place * tiles_.m_step(), out);
        }
        for (std::int64_t i = 0; i < count; ++i) write_output(first + i, m_ + i * out, output, y);
    }

    void add_gradient(std::int64_t block, const float* x, const float* dy, float* sums) {
        const std::int64_t in = shape().in_channels, out = shape().out_channels;
        const std::int64_t first = block * tiles_.block, count = tiles_in(first);
        take_input(first, count, x);
        for (std::int64_t i = 0; i < count; ++i) take_slopes(first + i, dy, m_ + i * out);
        for (std::int64_t place = 0; place < 16; ++place) {
            multiply<true>({v_ + place * tiles_.v_step(), 1, in}, in,
                           {m_ + place * tiles_.m_step(), out, out, panel}, count, sums + place * in * out,
                           out);
        }
    }

  private:
    static constexpr std::int64_t panel = 2 * Lanes::lanes;

    /// side x side pixels of a map. Where all are inside of it, pixel (row, column) is at first + row * rows
    /// + column * columns, and the channels of a group lie `step` after those of the one before. Else it is
    /// at[...], with steps of its own: 0 outside, where all groups share one place.
    template <class Float, int side>
    struct Patch {
        bool inside = true;
        Float* first = nullptr;
        std::int64_t rows = 0, columns = 0, step = 0;
        Float* at[side * side] = {};
        std::int64_t steps[side * side] = {};

        Float* pixel(int row, int column, std::int64_t group) const {
            if (inside) return first + row * rows + column * columns + group * step;
            return at[side * row + column] + group * steps[side * row + column];
        }
    };

    const WinogradShape& shape() const { return tiles_.shape; }
    std::int64_t tiles_in(std::int64_t first) const {
        const std::int64_t left = tiles_.count - first;
        return left < tiles_.block ? left : tiles_.block;
    }

    /// The pixels of a tile from (-margin, -margin) on. Those outside of the map are at `outside`.
    template <int side, class Float>
    Patch<Float, side> patch(std::int64_t tile, std::int64_t margin, Float* map, const MapSteps& steps,
                             Float* outside) const {
        const std::int64_t picture = tile / (tiles_.rows * tiles_.columns);
        const std::int64_t y = tile / tiles_.columns % tiles_.rows * 2 - margin;
        const std::int64_t x = tile % tiles_.columns * 2 - margin;
        const std::int64_t height = shape().height, width = shape().width;
        const std::int64_t first = (picture * height + y) * width + x;
        Patch<Float, side> result;
        result.inside = y >= 0 && x >= 0 && y + side <= height && x + side <= width;
        if (result.inside) {
            result.first = map + first * steps.pixel;
            result.rows = width * steps.pixel;
            result.columns = steps.pixel;
            result.step = steps.group;
            return result;
        }
        for (int k = 0; k < side * side; ++k) {
            const std::int64_t row = y + k / side, column = x + k % side;
            const bool inside = row >= 0 && row < height && column >= 0 && column < width;
            result.at[k] = inside ? map + (first + k / side * width + k % side) * steps.pixel : outside;
            result.steps[k] = inside ? steps.group : 0;
        }
        return result;
    }

    /// V = B^T d B of `count` tiles.
    void take_input(std::int64_t first, std::int64_t count, const float* x) {
        const float* zeros = zeros_;
        for (std::int64_t i = 0; i < count; ++i) {
            const auto d = patch<4>(first + i, 1, x, shape().in, zeros);
            transform_input(d, v_ + i * shape().in_channels);
        }
    }

    void transform_input(const Patch<const float, 4>& d, float* v) const {
        const std::int64_t step = tiles_.v_step();
        const std::int64_t groups = shape().in_channels / Lanes::lanes;
        for (std::int64_t g = 0; g < groups; ++g, v += Lanes::lanes) {
            Lanes t[4][4];
            YOLO_UNROLL
            for (int j = 0; j < 4; ++j) {
                const Lanes d0 = Lanes::load(d.pixel(0, j, g)), d1 = Lanes::load(d.pixel(1, j, g));
                const Lanes d2 = Lanes::load(d.pixel(2, j, g)), d3 = Lanes::load(d.pixel(3, j, g));
                t[0][j] = d0 - d2;
                t[1][j] = d1 + d2;
                t[2][j] = d2 - d1;
                t[3][j] = d1 - d3;
            }
            YOLO_UNROLL
            for (int i = 0; i < 4; ++i) {
                float* to = v + 4 * i * step;
                (t[i][0] - t[i][2]).store(to);
                (t[i][1] + t[i][2]).store(to + step);
                (t[i][2] - t[i][1]).store(to + 2 * step);
                (t[i][1] - t[i][3]).store(to + 3 * step);
            }
        }
    }

    /// A^T M A.
    void write_output(std::int64_t tile, const float* m, const WinogradOutput& output, float* y) const {
        const auto to = patch<2>(tile, 0, y, shape().out, unused_);
        const float* zeros = zeros_;
        Patch<const float, 2> addend;
        if (output.addend != nullptr) addend = patch<2>(tile, 0, output.addend, output.addend_steps, zeros);
        const std::int64_t step = tiles_.m_step();
        const std::int64_t groups = shape().out_channels / Lanes::lanes;
        for (std::int64_t g = 0; g < groups; ++g, m += Lanes::lanes) {
            Lanes s[2][4];
            YOLO_UNROLL
            for (int j = 0; j < 4; ++j) {
                const float* from = m + j * step;
                const Lanes m0 = Lanes::load(from), m1 = Lanes::load(from + 4 * step);
                const Lanes m2 = Lanes::load(from + 8 * step), m3 = Lanes::load(from + 12 * step);
                s[0][j] = m0 + m1 + m2;
                s[1][j] = m1 - m2 - m3;
            }
            const Lanes bias =
                output.bias != nullptr ? Lanes::load(output.bias + g * Lanes::lanes) : Lanes::all(0);
            YOLO_UNROLL
            for (int k = 0; k < 4; ++k) {
                const Lanes* row = s[k / 2];
                Lanes sum = k % 2 == 0 ? row[0] + row[1] + row[2] : row[1] - row[2] - row[3];
                sum = activated(sum + bias, output.activation);
                if (output.addend != nullptr) sum = sum + Lanes::load(addend.pixel(k / 2, k % 2, g));
                sum.store(to.pixel(k / 2, k % 2, g));
            }
        }
    }

    static Lanes activated(Lanes x, Activation activation) {
        if (activation == Activation::silu) return silu(x);
        return activation == Activation::relu ? max(x, Lanes::all(0)) : x;
    }

    /// x / (1 + e^-x), the exponential as fast_exp() in core/simd.hpp: written for registers, clamps are one
    /// instruction each.
    static Lanes silu(Lanes x) {
        const auto all = [](float value) { return Lanes::all(value); };
        const Lanes t = max(min(all(0) - x, all(88.0F)), all(-87.0F)), round = all(12582912.0F);
        const Lanes shifted = Lanes::fma(t, all(1.44269504088896341F), round), n = shifted - round;
        const Lanes r = Lanes::fma(n, all(2.12194440e-4F), Lanes::fma(n, all(-0.693359375F), t));
        Lanes p = Lanes::fma(all(1.9875691500e-4F), r, all(1.3981999507e-3F));
        p = Lanes::fma(p, r, all(8.3334519073e-3F));
        p = Lanes::fma(p, r, all(4.1665795894e-2F));
        p = Lanes::fma(p, r, all(1.6666665459e-1F));
        p = Lanes::fma(p, r, all(5.0000001201e-1F));
        const Lanes y = Lanes::fma(p * r, r, r + all(1));
        return x / (all(1) + y * shifted.power());
    }

    /// A dy A^T.
    void take_slopes(std::int64_t tile, const float* dy, float* m) const {
        const float* zeros = zeros_;
        const auto from = patch<2>(tile, 0, dy, shape().out, zeros);
        const std::int64_t step = tiles_.m_step();
        const std::int64_t groups = shape().out_channels / Lanes::lanes;
        const Lanes zero = Lanes::all(0);
        for (std::int64_t g = 0; g < groups; ++g, m += Lanes::lanes) {
            Lanes t[4][2];
            YOLO_UNROLL
            for (int j = 0; j < 2; ++j) {
                const Lanes upper = Lanes::load(from.pixel(0, j, g)),
                            lower = Lanes::load(from.pixel(1, j, g));
                t[0][j] = upper;
                t[1][j] = upper + lower;
                t[2][j] = upper - lower;
                t[3][j] = zero - lower;
            }
            YOLO_UNROLL
            for (int i = 0; i < 4; ++i) {
                float* to = m + 4 * i * step;
                t[i][0].store(to);
                (t[i][0] + t[i][1]).store(to + step);
                (t[i][0] - t[i][1]).store(to + 2 * step);
                (zero - t[i][1]).store(to + 3 * step);
            }
        }
    }

    /// c (rows, columns) = or += a (rows, steps) b (steps, columns).
    template <bool add>
    static void multiply(Left a, std::int64_t rows, Right b, std::int64_t steps, float* c,
                         std::int64_t columns) {
        std::int64_t column = 0;
        for (; column + panel <= columns; column += panel, b.first += b.panels)
            multiply_panel<add, 2>(a, rows, b.first, b.steps, steps, c + column, columns);
        if (column < columns)
            multiply_panel<add, 1>(a, rows, b.first, b.half_steps, steps, c + column, columns);
    }

    /// Rows are a multiple of four.
    template <bool add, int registers>
    static void multiply_panel(Left a, std::int64_t rows, const float* b, std::int64_t b_steps,
                               std::int64_t steps, float* c, std::int64_t columns) {
        std::int64_t row = 0;
        for (; row + Lanes::rows <= rows && row + 8 != rows; row += Lanes::rows)
            multiply_rows<add, Lanes::rows, registers>({a.first + row * a.rows, a.rows, a.steps}, b, b_steps,
                                                       steps, c + row * columns, columns);
        for (; row < rows; row += 4)
            multiply_rows<add, 4, registers>({a.first + row * a.rows, a.rows, a.steps}, b, b_steps, steps,
                                             c + row * columns, columns);
    }

    /// Sums stay in registers (Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication, 2008).
    template <bool add, int rows, int registers>
    static void multiply_rows(Left a, const float* b, std::int64_t b_steps, std::int64_t steps, float* c,
                              std::int64_t columns) {
        Lanes sum[rows][registers];
        YOLO_UNROLL
        for (int r = 0; r < rows; ++r) {
            YOLO_UNROLL
            for (int j = 0; j < registers; ++j)
                sum[r][j] = add ? Lanes::load(c + r * columns + j * Lanes::lanes) : Lanes::all(0);
        }
        for (std::int64_t step = 0; step < steps; ++step) {
            Lanes factor[registers];
            YOLO_UNROLL
            for (int j = 0; j < registers; ++j) factor[j] = Lanes::load(b + j * Lanes::lanes);
            YOLO_UNROLL
            for (int r = 0; r < rows; ++r) {
                const Lanes same = Lanes::all(a.first[r * a.rows]);
                YOLO_UNROLL
                for (int j = 0; j < registers; ++j) sum[r][j] = Lanes::fma(same, factor[j], sum[r][j]);
            }
            a.first += a.steps;
            b += b_steps;
        }
        YOLO_UNROLL
        for (int r = 0; r < rows; ++r) {
            YOLO_UNROLL
            for (int j = 0; j < registers; ++j) sum[r][j].store(c + r * columns + j * Lanes::lanes);
        }
    }

    const WinogradTiles& tiles_;
    float* v_;                ///< (16, tiles, in_channels)
    float* m_;                ///< (16, tiles, out_channels)
    float *zeros_, *unused_;  ///< what lies outside of the map is read from and written to
};

/// The loops as a table, for Lanes of a file of its own.
template <class Lanes>
constexpr WinogradKernels winograd_kernels = {
    Lanes::lanes,
    [](const WinogradTiles& tiles, std::int64_t block, const float* x, const float* weights,
       const WinogradOutput& output, float* y,
       float* scratch) { WinogradLoops<Lanes>(tiles, scratch).convolve(block, x, weights, output, y); },
    [](const WinogradTiles& tiles, std::int64_t block, const float* x, const float* dy, float* sums,
       float* scratch) { WinogradLoops<Lanes>(tiles, scratch).add_gradient(block, x, dy, sums); }};

}  // namespace yolo::kernels

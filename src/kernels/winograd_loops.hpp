// SPDX-License-Identifier: Apache-2.0
/// \file The loops, for registers of any width. Lanes: `lanes` floats, load, store, all (the same in each),
/// +, -, fma(a, b, c) = a b + c, and `rows`, how many rows of two registers fit beside the operands. Included
/// where the instructions are chosen by compiler options, so nothing here may call a function that others
/// share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "kernels/winograd_kernels.hpp"

#ifdef __clang__
#define YOLO_UNROLL _Pragma("unroll")
#else
#define YOLO_UNROLL _Pragma("GCC unroll 12")
#endif

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
    explicit WinogradLoops(const WinogradTiles& tiles)
        : tiles_(tiles),
          v_(new (std::align_val_t{64}) float[size(tiles)]),
          m_(v_ + 16 * tiles.v_step()),
          zeros_(m_ + 16 * tiles.m_step()),
          unused_(zeros_ + tiles.shape.in_channels + tiles.shape.out_channels) {
        for (float* at = v_; at < unused_; ++at) *at = 0;  // a last block's missing tiles are multiplied, too
    }
    WinogradLoops(const WinogradLoops&) = delete;
    WinogradLoops& operator=(const WinogradLoops&) = delete;
    ~WinogradLoops() { ::operator delete[](v_, std::align_val_t{64}); }

    void convolve(std::int64_t block, const float* x, const float* weights, float* y) {
        const std::int64_t in = shape().in_channels, out = shape().out_channels;
        const std::int64_t first = block * tiles_.block, count = tiles_in(first);
        take_input(first, count, x);
        const std::int64_t rows = (count + 11) / 12 * 12;  // of a block's twelves
        for (std::int64_t place = 0; place < 16; ++place) {
            multiply<false>({v_ + place * tiles_.v_step(), in, 1}, rows,
                            {weights + place * in * out, panel, Lanes::lanes, panel * in}, in,
                            m_ + place * tiles_.m_step(), out);
        }
        for (std::int64_t i = 0; i < count; ++i) write_output(first + i, m_ + i * out, y);
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

    static std::size_t size(const WinogradTiles& tiles) {
        return static_cast<std::size_t>(16 * (tiles.v_step() + tiles.m_step()) + tiles.shape.in_channels +
                                        2 * tiles.shape.out_channels);
    }

    const WinogradShape& shape() const { return tiles_.shape; }
    std::int64_t tiles_in(std::int64_t first) const {
        const std::int64_t left = tiles_.count - first;
        return left < tiles_.block ? left : tiles_.block;
    }

    struct Place {
        std::int64_t picture, y, x;
    };
    Place place_of(std::int64_t tile) const {
        return {tile / (tiles_.rows * tiles_.columns), tile / tiles_.columns % tiles_.rows * 2,
                tile % tiles_.columns * 2};
    }
    /// Number of the pixel, -1 outside of the map.
    std::int64_t pixel(const Place& at, std::int64_t row, std::int64_t column) const {
        const std::int64_t y = at.y + row, x = at.x + column;
        const bool inside = y >= 0 && y < shape().height && x >= 0 && x < shape().width;
        return inside ? (at.picture * shape().height + y) * shape().width + x : -1;
    }

    /// V = B^T d B of `count` tiles.
    void take_input(std::int64_t first, std::int64_t count, const float* x) {
        for (std::int64_t i = 0; i < count; ++i) {
            const Place at = place_of(first + i);
            const float* d[16];
            for (int k = 0; k < 16; ++k) {
                const std::int64_t number = pixel(at, k / 4 - 1, k % 4 - 1);
                d[k] = number < 0 ? zeros_ : x + number * shape().in_step;
            }
            transform_input(d, v_ + i * shape().in_channels);
        }
    }

    void transform_input(const float* const* d, float* v) const {
        const std::int64_t step = tiles_.v_step();
        for (std::int64_t c = 0; c < shape().in_channels; c += Lanes::lanes) {
            Lanes t[4][4];
            YOLO_UNROLL
            for (int j = 0; j < 4; ++j) {
                const Lanes d0 = Lanes::load(d[j] + c), d1 = Lanes::load(d[4 + j] + c);
                const Lanes d2 = Lanes::load(d[8 + j] + c), d3 = Lanes::load(d[12 + j] + c);
                t[0][j] = d0 - d2;
                t[1][j] = d1 + d2;
                t[2][j] = d2 - d1;
                t[3][j] = d1 - d3;
            }
            YOLO_UNROLL
            for (int i = 0; i < 4; ++i) {
                float* to = v + 4 * i * step + c;
                (t[i][0] - t[i][2]).store(to);
                (t[i][1] + t[i][2]).store(to + step);
                (t[i][2] - t[i][1]).store(to + 2 * step);
                (t[i][1] - t[i][3]).store(to + 3 * step);
            }
        }
    }

    /// A^T M A.
    void write_output(std::int64_t tile, const float* m, float* y) const {
        const Place at = place_of(tile);
        float* to[4];
        for (int k = 0; k < 4; ++k) {
            const std::int64_t number = pixel(at, k / 2, k % 2);
            to[k] = number < 0 ? unused_ : y + number * shape().out_channels;
        }
        const std::int64_t step = tiles_.m_step();
        for (std::int64_t c = 0; c < shape().out_channels; c += Lanes::lanes) {
            Lanes s[2][4];
            YOLO_UNROLL
            for (int j = 0; j < 4; ++j) {
                const float* from = m + j * step + c;
                const Lanes m0 = Lanes::load(from), m1 = Lanes::load(from + 4 * step);
                const Lanes m2 = Lanes::load(from + 8 * step), m3 = Lanes::load(from + 12 * step);
                s[0][j] = m0 + m1 + m2;
                s[1][j] = m1 - m2 - m3;
            }
            YOLO_UNROLL
            for (int i = 0; i < 2; ++i) {
                (s[i][0] + s[i][1] + s[i][2]).store(to[2 * i] + c);
                (s[i][1] - s[i][2] - s[i][3]).store(to[2 * i + 1] + c);
            }
        }
    }

    /// A dy A^T.
    void take_slopes(std::int64_t tile, const float* dy, float* m) const {
        const Place at = place_of(tile);
        const float* from[4];
        for (int k = 0; k < 4; ++k) {
            const std::int64_t number = pixel(at, k / 2, k % 2);
            from[k] = number < 0 ? zeros_ : dy + number * shape().out_channels;
        }
        const std::int64_t step = tiles_.m_step();
        const Lanes zero = Lanes::all(0);
        for (std::int64_t c = 0; c < shape().out_channels; c += Lanes::lanes) {
            Lanes t[4][2];
            YOLO_UNROLL
            for (int j = 0; j < 2; ++j) {
                const Lanes upper = Lanes::load(from[j] + c), lower = Lanes::load(from[2 + j] + c);
                t[0][j] = upper;
                t[1][j] = upper + lower;
                t[2][j] = upper - lower;
                t[3][j] = zero - lower;
            }
            YOLO_UNROLL
            for (int i = 0; i < 4; ++i) {
                float* to = m + 4 * i * step + c;
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
    [](const WinogradTiles& tiles, std::int64_t begin, std::int64_t end, const float* x, const float* weights,
       float* y) {
        WinogradLoops<Lanes> loops(tiles);
        for (std::int64_t block = begin; block < end; ++block) loops.convolve(block, x, weights, y);
    },
    [](const WinogradTiles& tiles, std::int64_t begin, std::int64_t end, const float* x, const float* dy,
       float* sums) {
        WinogradLoops<Lanes> loops(tiles);
        for (std::int64_t block = begin; block < end; ++block) loops.add_gradient(block, x, dy, sums);
    }};

}  // namespace yolo::kernels

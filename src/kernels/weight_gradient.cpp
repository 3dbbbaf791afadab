// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_gradient.hpp"

#include <algorithm>
#include <vector>

#include "core/processor.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels/unroll.hpp"
#endif

namespace yolo::kernels {

namespace {

constexpr std::int64_t out_tile = 6, in_tile = 16, tile_size = out_tile * in_tile;
constexpr std::int64_t piece_pixels =
    96;  ///< of the output: their packed tiles stay in the first-level cache

/// Where a piece's pixels lie: `dy` one after the other in tiles of 6, the input in tiles of 16.
struct Piece {
    std::int64_t rows, columns;
    std::int64_t row_step, column_step;  ///< of the input, in floats
};

#if defined(__x86_64__)

/// tile[o][i] += sum over pixels of dy[o] input[i]: 12 sums of 8 numbers, 3 registers for the factors.
__attribute__((target("avx2,fma"))) void add_tile(const Piece& piece, const float* dy, const float* input,
                                                  float* tile) {
    __m256 sum[out_tile][2];
    YOLO_UNROLL
    for (int o = 0; o < out_tile; ++o) {
        sum[o][0] = _mm256_load_ps(tile + o * in_tile);
        sum[o][1] = _mm256_load_ps(tile + o * in_tile + 8);
    }
    for (std::int64_t row = 0; row < piece.rows; ++row) {
        const float* pixel = input + row * piece.row_step;
        for (std::int64_t column = 0; column < piece.columns; ++column) {
            const __m256 low = _mm256_loadu_ps(pixel), high = _mm256_loadu_ps(pixel + 8);
            YOLO_UNROLL
            for (int o = 0; o < out_tile; ++o) {
                const __m256 slope = _mm256_broadcast_ss(dy + o);
                sum[o][0] = _mm256_fmadd_ps(slope, low, sum[o][0]);
                sum[o][1] = _mm256_fmadd_ps(slope, high, sum[o][1]);
            }
            pixel += piece.column_step;
            dy += out_tile;
        }
    }
    YOLO_UNROLL
    for (int o = 0; o < out_tile; ++o) {
        _mm256_store_ps(tile + o * in_tile, sum[o][0]);
        _mm256_store_ps(tile + o * in_tile + 8, sum[o][1]);
    }
}

bool has_instructions() {
    return instruction_set() >= InstructionSet::avx2;
}

#else

void add_tile(const Piece&, const float*, const float*, float*) {}
bool has_instructions() {
    return false;
}

#endif

}  // namespace

bool WeightGradient::can_run(const ConvShape& shape) {
    return has_instructions() && shape.in_channels > 0 && shape.in_channels % in_tile == 0 &&
           shape.padding < shape.kernel;
}

bool WeightGradient::pays(const ConvShape& shape) {
    // With one tap the packing would be as much work as the sums.
    return shape.kernel > 1 && can_run(shape) && instruction_set() < InstructionSet::avx512;
}

WeightGradient::WeightGradient(const ConvShape& shape, const float* input, const float* dy)
    : shape_(shape),
      input_(input),
      dy_(dy),
      out_tiles_((shape.out_channels + out_tile - 1) / out_tile),
      in_tiles_(shape.in_channels / in_tile),
      block_rows_(std::clamp<std::int64_t>(piece_pixels / shape.out_width(), 1, shape.out_height())),
      blocks_((shape.out_height() + block_rows_ - 1) / block_rows_),
      packed_width_((shape.out_width() - 1) * shape.stride + shape.kernel) {}

std::size_t WeightGradient::accumulator_size() const {
    return static_cast<std::size_t>(in_tiles_ * shape_.kernel * shape_.kernel * out_tiles_ * tile_size);
}

WeightGradient::Rows WeightGradient::rows_of(std::int64_t piece) const {
    const std::int64_t first = piece % blocks_ * block_rows_;
    return {piece / blocks_, first, std::min(block_rows_, shape_.out_height() - first)};
}

/// (tile, pixel, 6); channels beyond the last are 0.
void WeightGradient::pack_dy(const Rows& rows, float* packed) const {
    const std::int64_t channels = shape_.out_channels, pixels = rows.count * shape_.out_width();
    const float* first =
        dy_ + (rows.picture * shape_.out_height() + rows.first) * shape_.out_width() * channels;
    for (std::int64_t tile = 0; tile < out_tiles_; ++tile) {
        const std::int64_t present = std::min(out_tile, channels - tile * out_tile);
        const float* from = first + tile * out_tile;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel, from += channels, packed += out_tile) {
            if (present == out_tile) {
                std::copy_n(from, out_tile, packed);
            } else {
                std::fill(std::copy_n(from, present, packed), packed + out_tile, 0.0F);
            }
        }
    }
}

/// (input row, input column, 16) of all rows that the piece's outputs see, padding written out as zeros.
void WeightGradient::pack_input(const Rows& rows, std::int64_t tile, float* packed) const {
    const std::int64_t count = (rows.count - 1) * shape_.stride + shape_.kernel;
    const std::int64_t top = rows.first * shape_.stride - shape_.padding;
    for (std::int64_t i = 0; i < count; ++i, packed += packed_width_ * in_tile) {
        const std::int64_t y = top + i;
        float* const end = packed + packed_width_ * in_tile;
        if (y < 0 || y >= shape_.in_height) {
            std::fill(packed, end, 0.0F);
            continue;
        }
        const std::int64_t right = std::min(packed_width_, shape_.in_width + shape_.padding);
        const float* from = input_ +
                            (rows.picture * shape_.in_height + y) * shape_.in_width * shape_.in_channels +
                            tile * in_tile;
        float* to = std::fill_n(packed, shape_.padding * in_tile, 0.0F);
        for (std::int64_t x = shape_.padding; x < right; ++x, from += shape_.in_channels, to += in_tile)
            std::copy_n(from, in_tile, to);
        std::fill(to, end, 0.0F);
    }
}

void WeightGradient::add(std::int64_t begin, std::int64_t end, float* accumulator) const {
    const std::int64_t pixels = block_rows_ * shape_.out_width();
    const std::int64_t input_rows = (block_rows_ - 1) * shape_.stride + shape_.kernel;
    std::vector<float> dy(static_cast<std::size_t>(out_tiles_ * pixels * out_tile));
    std::vector<float> input(static_cast<std::size_t>(input_rows * packed_width_ * in_tile));
    for (std::int64_t at = begin; at < end; ++at) {
        const Rows rows = rows_of(at);
        const Piece piece{rows.count, shape_.out_width(), shape_.stride * packed_width_ * in_tile,
                          shape_.stride * in_tile};
        const std::int64_t dy_step = rows.count * shape_.out_width() * out_tile;
        pack_dy(rows, dy.data());
        float* tile = accumulator;
        for (std::int64_t in = 0; in < in_tiles_; ++in) {
            pack_input(rows, in, input.data());
            for (std::int64_t tap = 0; tap < shape_.kernel * shape_.kernel; ++tap) {
                const std::int64_t offset = tap / shape_.kernel * packed_width_ + tap % shape_.kernel;
                for (std::int64_t out = 0; out < out_tiles_; ++out, tile += tile_size)
                    add_tile(piece, dy.data() + out * dy_step, input.data() + offset * in_tile, tile);
            }
        }
    }
}

void WeightGradient::write(std::span<const float> accumulators, std::int64_t begin, std::int64_t end,
                           float* dw) const {
    const std::int64_t taps = shape_.kernel * shape_.kernel;
    const std::size_t size = accumulator_size();
    dw += begin * taps * shape_.in_channels;
    for (std::int64_t out = begin; out < end; ++out) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t in = 0; in < in_tiles_; ++in, dw += in_tile) {
                const std::int64_t tile = (in * taps + tap) * out_tiles_ + out / out_tile;
                const auto at = static_cast<std::size_t>(tile * tile_size + out % out_tile * in_tile);
                std::copy_n(accumulators.data() + at, in_tile, dw);
                for (std::size_t other = at + size; other < accumulators.size(); other += size) {
                    for (std::size_t i = 0; i < in_tile; ++i) dw[i] += accumulators[other + i];
                }
            }
        }
    }
}

}  // namespace yolo::kernels

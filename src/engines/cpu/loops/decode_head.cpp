// SPDX-License-Identifier: Apache-2.0
/// \file Decoding of a detection head, a tile of pixels at a time: the maps' channels become rows of the
/// tile, so that every loop runs over pixels. Distribution focal loss: Li et al. 2020, arXiv:2006.04388,
/// equations 5 and 6. Plain twin: reference/decode_head.cpp.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/simd.hpp"
#include "engines/cpu/loops/loops.hpp"

namespace yolo::engines::cpu {

namespace {

constexpr int tile_pixels = 64;

using Row = std::array<float, tile_pixels>;

/// What one tile's loops need: `count` pixels from (row-major) pixel `first` of a level.
struct Tile {
    int first = 0, count = 0, width = 0;
    float stride = 1;
    std::size_t anchors = 0;  ///< distance of the output's rows
};

/// rows[c * tile_pixels + i] = channel c of pixel i; pixels lie `step` elements apart.
YOLO_MULTIVERSION void gather(const float* from, int step, int channels, int count, float* rows) {
    for (int i = 0; i < count; ++i) {
        for (int c = 0; c < channels; ++c) rows[c * tile_pixels + i] = from[i * step + c];
    }
}

YOLO_MULTIVERSION void sigmoid_row(const float* in, int count, float* out) {
#pragma omp simd
    for (int i = 0; i < count; ++i) out[i] = fast_sigmoid(in[i]);
}

/// The expectation of softmax over `bins` rows.
YOLO_MULTIVERSION void expect(const float* rows, int bins, float* distance) {
    Row highest, sum, weighted;
    for (int i = 0; i < tile_pixels; ++i) highest[i] = rows[i];
    for (int bin = 1; bin < bins; ++bin) {
        const float* row = rows + bin * tile_pixels;
#pragma omp simd
        for (int i = 0; i < tile_pixels; ++i) highest[i] = row[i] > highest[i] ? row[i] : highest[i];
    }
    sum.fill(0);
    weighted.fill(0);
    for (int bin = 0; bin < bins; ++bin) {
        const float* row = rows + bin * tile_pixels;
        const auto weight = static_cast<float>(bin);
#pragma omp simd
        for (int i = 0; i < tile_pixels; ++i) {
            const float e = fast_exp(row[i] - highest[i]);
            sum[i] += e;
            weighted[i] += e * weight;
        }
    }
#pragma omp simd
    for (int i = 0; i < tile_pixels; ++i) distance[i] = weighted[i] / sum[i];
}

/// Rows of scratch memory, channel after channel.
class Rows {
  public:
    explicit Rows(int channels) : values_(static_cast<std::size_t>(channels) * tile_pixels) {}
    float* row(int channel) { return values_.data() + static_cast<std::size_t>(channel) * tile_pixels; }

    void load(const View& map, const Tile& tile) {
        for (int c = 0; c < map.map.channels;) {
            const int run = map.run(c);
            const auto at = static_cast<std::size_t>(tile.first) * static_cast<std::size_t>(map.map.block);
            gather(map.channel<float>(c) + at, map.map.block, run, tile.count, row(c));
            c += run;
        }
    }

  private:
    std::vector<float> values_;
};

/// Grid column and row of a tile's pixel.
struct Cell {
    float x, y;
};
Cell cell(const Tile& tile, int i) {
    return {static_cast<float>((tile.first + i) % tile.width),
            static_cast<float>((tile.first + i) / tile.width)};
}

class Decoder {
  public:
    Decoder(const graph::DecodeHead& op, std::span<const View> maps)
        : op_(op),
          maps_(maps),
          box_(4 * op.reg_max),
          cls_(op.class_count),
          extra_(std::max(op.extra_channels, 1)) {}

    /// `out`: row 0 of the output at the tile's first pixel.
    void decode(std::size_t level, const Tile& tile, float* out) {
        const std::size_t levels = op_.strides.size();
        box_.load(maps_[level], tile);
        cls_.load(maps_[levels + level], tile);
        float* const extra_out = out + static_cast<std::size_t>(4 + op_.class_count) * tile.anchors;
        angle_.fill(0);
        if (op_.extra != graph::HeadExtra::none) {
            extra_.load(maps_[2 * levels + level], tile);
            decode_extra(tile, extra_out);
        }
        decode_boxes(tile, out);
        for (int c = 0; c < op_.class_count; ++c)
            sigmoid_row(cls_.row(c), tile.count, out + static_cast<std::size_t>(4 + c) * tile.anchors);
    }

  private:
    void decode_boxes(const Tile& tile, float* out) {
        std::array<Row, 4> side;  // l, t, r, b in grid cells
        for (int s = 0; s < 4; ++s) {
            float* const distance = side[static_cast<std::size_t>(s)].data();
            if (op_.reg_max == 1) {
                std::copy_n(box_.row(s), tile_pixels, distance);
            } else {
                expect(box_.row(s * op_.reg_max), op_.reg_max, distance);
            }
        }
        const bool turned = op_.extra == graph::HeadExtra::angle;
        for (int i = 0; i < tile.count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const auto [column, row] = cell(tile, i);
            const float fx = (side[2][at] - side[0][at]) / 2, fy = (side[3][at] - side[1][at]) / 2;
            const float cosine = turned ? std::cos(angle_[at]) : 1.0f,
                        sine = turned ? std::sin(angle_[at]) : 0.0f;
            out[at] = (column + 0.5f + fx * cosine - fy * sine) * tile.stride;
            out[tile.anchors + at] = (row + 0.5f + fx * sine + fy * cosine) * tile.stride;
            out[2 * tile.anchors + at] = (side[0][at] + side[2][at]) * tile.stride;
            out[3 * tile.anchors + at] = (side[1][at] + side[3][at]) * tile.stride;
        }
    }

    void decode_extra(const Tile& tile, float* out) {
        for (int c = 0; c < op_.extra_channels; ++c, out += tile.anchors) {
            const float* const in = extra_.row(c);
            if (op_.extra == graph::HeadExtra::mask_coefficients) {
                std::copy_n(in, tile.count, out);
            } else if (op_.extra == graph::HeadExtra::angle) {
                sigmoid_row(in, tile.count, angle_.data());
                for (float& angle : angle_) angle = (angle - 0.25f) * std::numbers::pi_v<float>;
                std::copy_n(angle_.data(), tile.count, out);
            } else if (c % op_.kpt_shape[1] == 2) {
                sigmoid_row(in, tile.count, out);
            } else {
                const bool is_x = c % op_.kpt_shape[1] == 0;
                for (int i = 0; i < tile.count; ++i)
                    out[i] = (2 * in[i] + (is_x ? cell(tile, i).x : cell(tile, i).y)) * tile.stride;
            }
        }
    }

    const graph::DecodeHead& op_;
    std::span<const View> maps_;
    Rows box_, cls_, extra_;
    Row angle_{};
};

}  // namespace

void decode_head(const graph::DecodeHead& op, std::span<const View> maps, std::span<float> target) {
    struct Piece {
        std::size_t level, anchor;
        Tile tile;
    };
    std::vector<Piece> pieces;
    std::size_t anchors = 0;
    for (std::size_t level = 0; level < op.strides.size(); ++level) {
        const Map& map = maps[level].map;
        const int pixels = static_cast<int>(map.pixels());
        for (int first = 0; first < pixels; first += tile_pixels) {
            const Tile tile{first, std::min(tile_pixels, pixels - first), map.width,
                            static_cast<float>(op.strides[level]), 0};
            pieces.push_back({level, anchors + static_cast<std::size_t>(first), tile});
        }
        anchors += map.pixels();
    }
    const auto count = static_cast<std::ptrdiff_t>(pieces.size());
#pragma omp parallel
    {
        Decoder decoder(op, maps);
#pragma omp for schedule(static)
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            Piece piece = pieces[static_cast<std::size_t>(i)];
            piece.tile.anchors = anchors;
            decoder.decode(piece.level, piece.tile, target.data() + piece.anchor);
        }
    }
}

}  // namespace yolo::engines::cpu

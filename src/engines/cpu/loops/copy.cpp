// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "engines/cpu/loops/loops.hpp"

namespace yolo::engines::cpu {

namespace {

/// Copies one row of `width` pixels of N bytes each (a compile-time size makes a few vector moves of the
/// memcpy).
template <std::size_t N>
void copy_pixels(const std::byte* from, std::size_t from_step, std::byte* to, std::size_t to_step, int width,
                 int scale, std::size_t bytes) {
    for (int x = 0; x < width; ++x, from += from_step) {
        for (int k = 0; k < scale; ++k, to += to_step) std::memcpy(to, from, N != 0 ? N : bytes);
    }
}

void copy_row(const std::byte* from, std::size_t from_step, std::byte* to, std::size_t to_step, int width,
              int scale, std::size_t bytes) {
    if (scale == 1 && from_step == bytes && to_step == bytes) {
        std::memcpy(to, from, bytes * static_cast<std::size_t>(width));
        return;
    }
    switch (bytes) {
        case 2:
            return copy_pixels<2>(from, from_step, to, to_step, width, scale, bytes);
        case 4:
            return copy_pixels<4>(from, from_step, to, to_step, width, scale, bytes);
        case 16:
            return copy_pixels<16>(from, from_step, to, to_step, width, scale, bytes);
        case 32:
            return copy_pixels<32>(from, from_step, to, to_step, width, scale, bytes);
        case 64:
            return copy_pixels<64>(from, from_step, to, to_step, width, scale, bytes);
        default:
            return copy_pixels<0>(from, from_step, to, to_step, width, scale, bytes);
    }
}

/// Bytes from one pixel to the next, and of one element.
struct Steps {
    std::size_t element, pixel;
    explicit Steps(const Map& map)
        : element(size_of(map.dtype)), pixel(element * static_cast<std::size_t>(map.block)) {}
};

void copy_rows(const View& source, const View& target, int scale, int row) {
    const Steps from(source.map), to(target.map);
    const auto source_row = from.pixel * static_cast<std::size_t>(source.map.width);
    const auto target_row = to.pixel * static_cast<std::size_t>(target.map.width);
    for (int c = 0; c < source.map.channels;) {
        const int run = common_run(source, target, c);
        const std::byte* in = source.address(c);
        std::byte* out = target.address(c);
        for (int k = 0; k < scale; ++k) {
            copy_row(in + source_row * static_cast<std::size_t>(row), from.pixel,
                     out + target_row * static_cast<std::size_t>(row * scale + k), to.pixel, source.map.width,
                     scale, from.element * static_cast<std::size_t>(run));
        }
        c += run;
    }
}

/// oneDNN expects zeros in the channels that pad the last block.
void clear_padding(const View& target) {
    const Steps to(target.map);
    const int used = target.map.stored % target.map.block;
    if (used == 0 || !target.map.ends_buffer()) return;
    std::byte* pixel = target.address(target.map.channels - 1) + to.element;
    for (std::size_t i = 0; i < target.map.pixels(); ++i, pixel += to.pixel) {
        std::memset(pixel, 0, to.pixel - static_cast<std::size_t>(used) * to.element);
    }
}

}  // namespace

void copy(const View& source, const View& target, int scale) {
#pragma omp parallel for schedule(static)
    for (int row = 0; row < source.map.height; ++row) copy_rows(source, target, scale, row);
    clear_padding(target);
}

}  // namespace yolo::engines::cpu

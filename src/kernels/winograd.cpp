// SPDX-License-Identifier: Apache-2.0
#include "kernels/winograd.hpp"

#include <algorithm>
#include <array>

#include "core/processor.hpp"
#include "kernels/winograd_kernels.hpp"

namespace yolo::kernels {

namespace {

/// Some neighbouring output channels at once, so that the compiler makes registers of them.
constexpr std::size_t wide = 16;
struct Wide {
    std::array<float, wide> v;

    friend Wide operator+(const Wide& a, const Wide& b) {
        Wide sum;
        for (std::size_t i = 0; i < wide; ++i) sum.v[i] = a.v[i] + b.v[i];
        return sum;
    }
    friend Wide operator-(const Wide& a, const Wide& b) {
        Wide difference;
        for (std::size_t i = 0; i < wide; ++i) difference.v[i] = a.v[i] - b.v[i];
        return difference;
    }
    friend Wide half(const Wide& a) {
        Wide result;
        for (std::size_t i = 0; i < wide; ++i) result.v[i] = 0.5F * a.v[i];
        return result;
    }
};

const WinogradKernels* kernels_of_this_processor() {
#if defined(__x86_64__)
    static const WinogradKernels* const kernels = [] {
        const InstructionSet set = instruction_set();
        const WinogradKernels* avx512 = set >= InstructionSet::avx512 ? winograd_avx512() : nullptr;
        if (avx512 != nullptr) return avx512;
        return set >= InstructionSet::avx2 ? winograd_avx2() : nullptr;
    }();
    return kernels;
#else
    return nullptr;
#endif
}

/// The steps with the group's written out where all of a pixel's channels lie together.
MapSteps with_group(MapSteps steps) {
    if (steps.group == 0) steps.group = Winograd::lanes();
    return steps;
}

/// Tiles whose V and M fit the second-level cache beside the weights: in twelves, as the loops take them.
std::int64_t tiles_of_block(const WinogradShape& shape) {
    constexpr std::int64_t bytes = 256 * 1024;
    const std::int64_t bytes_of_tile = 16 * (shape.in_channels + shape.out_channels) * 4;
    return std::clamp<std::int64_t>(bytes / bytes_of_tile / 12 * 12, 24, 96);
}

/// G g G^T: (3, 3) to (4, 4).
void transform(const Wide* g, Wide* u) {
    std::array<Wide, 12> rows;  // G g
    for (std::size_t c = 0; c < 3; ++c) {
        const Wide outer = g[c] + g[6 + c];
        rows[c] = g[c];
        rows[3 + c] = half(outer + g[3 + c]);
        rows[6 + c] = half(outer - g[3 + c]);
        rows[9 + c] = g[6 + c];
    }
    for (std::size_t r = 0; r < 4; ++r) {
        const Wide* t = &rows[3 * r];
        const Wide outer = t[0] + t[2];
        u[4 * r] = t[0];
        u[4 * r + 1] = half(outer + t[1]);
        u[4 * r + 2] = half(outer - t[1]);
        u[4 * r + 3] = t[2];
    }
}

/// G^T u G: (4, 4) to (3, 3).
void transform_back(const Wide* u, Wide* g) {
    std::array<Wide, 12> rows;  // G^T u
    for (std::size_t c = 0; c < 4; ++c) {
        const Wide middle = half(u[4 + c] + u[8 + c]);
        rows[c] = u[c] + middle;
        rows[4 + c] = half(u[4 + c] - u[8 + c]);
        rows[8 + c] = u[12 + c] + middle;
    }
    for (std::size_t r = 0; r < 3; ++r) {
        const Wide* t = &rows[4 * r];
        const Wide middle = half(t[1] + t[2]);
        g[3 * r] = t[0] + middle;
        g[3 * r + 1] = half(t[1] - t[2]);
        g[3 * r + 2] = t[3] + middle;
    }
}

}  // namespace

int Winograd::lanes() {
    const WinogradKernels* kernels = kernels_of_this_processor();
    return kernels == nullptr ? 0 : kernels->lanes;
}

bool Winograd::can_run(std::int64_t in_channels, std::int64_t out_channels) {
    const int width = lanes();
    return width != 0 && in_channels > 0 && in_channels % width == 0 && out_channels > 0 &&
           out_channels % width == 0;
}

bool Winograd::pays(std::int64_t in_channels, std::int64_t out_channels) {
    // With fewer channels moving the tiles costs what the multiplications save.
    return can_run(in_channels, out_channels) && std::min(in_channels, out_channels) >= 2 * lanes();
}

Winograd::Winograd(const WinogradShape& shape)
    : tiles_{shape, (shape.height + 1) / 2, (shape.width + 1) / 2, 0, tiles_of_block(shape)},
      kernels_(kernels_of_this_processor()) {
    tiles_.shape.in = with_group(shape.in);
    tiles_.shape.out = with_group(shape.out);
    tiles_.count = shape.pictures * tiles_.rows * tiles_.columns;
}

std::size_t Winograd::weights_size() const {
    return static_cast<std::size_t>(16 * tiles_.shape.in_channels * tiles_.shape.out_channels);
}

/// (16, panels, in_channels, panel): a panel has two registers of output channels, the last one perhaps one.
void Winograd::transform(const Taps<const float>& taps, std::int64_t begin, std::int64_t end,
                         float* weights) const {
    const std::int64_t in = tiles_.shape.in_channels, out = tiles_.shape.out_channels;
    const std::int64_t panel = 2 * kernels_->lanes;
    for (std::int64_t o = begin; o < end;) {
        const std::int64_t first = o / panel * panel, width = std::min(panel, out - first);
        const std::int64_t count = std::min<std::int64_t>({wide, first + width - o, end - o});
        float* to = weights + first * in + o - first;
        for (std::int64_t i = 0; i < in; ++i, to += width) {
            std::array<Wide, 9> g{};
            for (std::size_t tap = 0; tap < g.size(); ++tap) {
                const float* from = taps.at(o, i, static_cast<std::int64_t>(tap));
                for (std::int64_t n = 0; n < count; ++n)
                    g[tap].v[static_cast<std::size_t>(n)] = from[n * taps.out];
            }
            std::array<Wide, 16> u;
            kernels::transform(g.data(), u.data());
            for (std::size_t place = 0; place < u.size(); ++place)
                std::copy_n(u[place].v.data(), count, to + static_cast<std::int64_t>(place) * in * out);
        }
        o += count;
    }
}

void Winograd::convolve(std::atomic<std::int64_t>& next, const float* x, const float* weights,
                        const WinogradOutput& output, float* y, float* scratch) const {
    WinogradOutput result = output;
    result.addend_steps = with_group(output.addend_steps);
    for (std::int64_t block = next++; block < blocks(); block = next++)
        kernels_->convolve(tiles_, block, x, weights, result, y, scratch);
}

void Winograd::add_gradient(std::int64_t begin, std::int64_t end, const float* x, const float* dy,
                            float* sums, float* scratch) const {
    for (std::int64_t block = begin; block < end; ++block)
        kernels_->add_gradient(tiles_, block, x, dy, sums, scratch);
}

void Winograd::write_gradient(std::span<const float> sums, std::int64_t begin, std::int64_t end,
                              const Taps<float>& gradient) const {
    const std::int64_t in = tiles_.shape.in_channels, out = tiles_.shape.out_channels;
    const auto place_size = static_cast<std::size_t>(in * out);
    for (std::int64_t o = begin; o < end; o += wide) {
        const std::int64_t count = std::min<std::int64_t>(wide, end - o);
        for (std::int64_t i = 0; i < in; ++i) {
            std::array<Wide, 16> u{};
            for (auto at = static_cast<std::size_t>(i * out + o); at < sums.size(); at += weights_size()) {
                for (std::size_t place = 0; place < u.size(); ++place) {
                    const float* from = &sums[at + place * place_size];
                    for (std::int64_t n = 0; n < count; ++n)
                        u[place].v[static_cast<std::size_t>(n)] += from[n];
                }
            }
            std::array<Wide, 9> g;
            transform_back(u.data(), g.data());
            for (std::size_t tap = 0; tap < g.size(); ++tap) {
                float* to = gradient.at(o, i, static_cast<std::int64_t>(tap));
                for (std::int64_t n = 0; n < count; ++n)
                    to[n * gradient.out] = g[tap].v[static_cast<std::size_t>(n)];
            }
        }
    }
}

}  // namespace yolo::kernels

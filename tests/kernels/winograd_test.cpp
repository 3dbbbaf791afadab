// SPDX-License-Identifier: Apache-2.0
#include "kernels/winograd.hpp"

#include <array>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/winograd_loops.hpp"

namespace yolo::kernels {

namespace {

using Floats = std::vector<float>;

/// Registers of any width without instructions of their own: what a processor with wider ones runs.
template <int width>
struct PlainLanes {
    static constexpr int lanes = width, rows = width > 8 ? 12 : 6;
    std::array<float, width> v;

    static PlainLanes load(const float* from) {
        PlainLanes result;
        std::copy_n(from, width, result.v.begin());
        return result;
    }
    static PlainLanes all(float x) {
        PlainLanes result;
        result.v.fill(x);
        return result;
    }
    static PlainLanes fma(PlainLanes a, const PlainLanes& b, const PlainLanes& c) {
        for (int i = 0; i < width; ++i) a.v[i] = a.v[i] * b.v[i] + c.v[i];
        return a;
    }
    void store(float* to) const { std::copy_n(v.begin(), width, to); }
    friend PlainLanes operator+(PlainLanes a, const PlainLanes& b) { return fma(a, all(1), b); }
    friend PlainLanes operator-(PlainLanes a, const PlainLanes& b) { return fma(b, all(-1), a); }
};

/// Whole numbers of small size, so that every order of a sum gives the same.
Floats whole_numbers(std::int64_t count, int seed) {
    std::mt19937 generator(static_cast<unsigned>(seed));
    std::uniform_int_distribution<int> number(-4, 4);
    Floats values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(number(generator));
    return values;
}

/// x, w (out, 3, 3, in), dy and, added up one by one, y and dw.
struct Example {
    WinogradShape shape;
    Floats x, w, dy, y, dw;

    explicit Example(const WinogradShape& s) : shape(s) {
        const std::int64_t pixels = s.pictures * s.height * s.width;
        x = whole_numbers(pixels * s.in_step, 1);
        w = whole_numbers(s.out_channels * 9 * s.in_channels, 2);
        dy = whole_numbers(pixels * s.out_channels, 3);
        y.resize(dy.size());
        dw.resize(w.size());
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
            for (std::int64_t tap = 0; tap < 9; ++tap) add(pixel, tap);
        }
    }

    void add(std::int64_t pixel, std::int64_t tap) {
        const std::int64_t row = pixel / shape.width % shape.height + tap / 3 - 1;
        const std::int64_t column = pixel % shape.width + tap % 3 - 1;
        if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) return;
        const std::int64_t picture = pixel / (shape.width * shape.height);
        const float* from = &x[at(((picture * shape.height + row) * shape.width + column) * shape.in_step)];
        for (std::int64_t o = 0; o < shape.out_channels; ++o) {
            for (std::int64_t i = 0; i < shape.in_channels; ++i) {
                const std::size_t weight = at((o * 9 + tap) * shape.in_channels + i);
                y[at(pixel * shape.out_channels + o)] += from[i] * w[weight];
                dw[weight] += from[i] * dy[at(pixel * shape.out_channels + o)];
            }
        }
    }

    template <class Float>
    Taps<Float> taps(Float* first) const {
        return {first, 9 * shape.in_channels, 1, 3 * shape.in_channels, shape.in_channels};
    }

    static std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }
};

/// Sizes with and without half tiles, a part of a block, several blocks, half a panel.
std::vector<WinogradShape> shapes() {
    return {{.pictures = 1, .height = 1, .width = 1, .in_channels = 16, .out_channels = 16, .in_step = 16},
            {.pictures = 2, .height = 7, .width = 5, .in_channels = 16, .out_channels = 48, .in_step = 16},
            {.pictures = 1, .height = 2, .width = 31, .in_channels = 48, .out_channels = 16, .in_step = 96},
            {.pictures = 3, .height = 12, .width = 10, .in_channels = 80, .out_channels = 80, .in_step = 80},
            {.pictures = 1, .height = 9, .width = 8, .in_channels = 128, .out_channels = 32, .in_step = 256}};
}

std::vector<WinogradShape> narrow_shapes() {
    std::vector<WinogradShape> all = shapes();
    all.push_back(
        {.pictures = 2, .height = 5, .width = 6, .in_channels = 8, .out_channels = 24, .in_step = 8});
    all.push_back(
        {.pictures = 1, .height = 6, .width = 3, .in_channels = 40, .out_channels = 8, .in_step = 48});
    return all;
}

std::string name_of(const WinogradShape& s) {
    return std::to_string(s.in_channels) + " to " + std::to_string(s.out_channels) + " channels, " +
           std::to_string(s.width) + " x " + std::to_string(s.height);
}

TEST(Winograd, ConvolvesLikeSumsOneByOne) {
    for (const WinogradShape& shape : narrow_shapes()) {
        if (!Winograd::can_run(shape)) GTEST_SKIP() << "this processor has no AVX2";
        const Example example(shape);
        const Winograd winograd(shape);
        Floats weights(winograd.weights_size());
        const std::int64_t part = shape.out_channels / 3;  // threads share it out in any way
        winograd.transform(example.taps(example.w.data()), part, shape.out_channels, weights.data());
        winograd.transform(example.taps(example.w.data()), 0, part, weights.data());
        Floats y(example.y.size());
        winograd.convolve(0, winograd.blocks() / 2, example.x.data(), weights.data(), y.data());
        winograd.convolve(winograd.blocks() / 2, winograd.blocks(), example.x.data(), weights.data(),
                          y.data());
        EXPECT_EQ(y, example.y) << name_of(shape);
    }
}

TEST(Winograd, AddsTheGradientByTheWeightsWhateverTheRuns) {
    for (const WinogradShape& shape : narrow_shapes()) {
        if (!Winograd::can_run(shape)) GTEST_SKIP() << "this processor has no AVX2";
        const Example example(shape);
        const Winograd winograd(shape);
        for (const std::int64_t runs : {1, 3}) {
            Floats sums(winograd.sums_size() * static_cast<std::size_t>(runs));
            for (std::int64_t run = 0; run < runs; ++run) {
                winograd.add_gradient(winograd.blocks() * run / runs, winograd.blocks() * (run + 1) / runs,
                                      example.x.data(), example.dy.data(),
                                      sums.data() + static_cast<std::size_t>(run) * winograd.sums_size());
            }
            Floats dw(example.dw.size());
            const std::int64_t part = shape.out_channels / 3;
            winograd.write_gradient(sums, part, shape.out_channels, example.taps(dw.data()));
            winograd.write_gradient(sums, 0, part, example.taps(dw.data()));
            EXPECT_EQ(dw, example.dw) << name_of(shape) << ", runs " << runs;
        }
    }
}

TEST(Winograd, ChannelsInWholeRegistersOnly) {
    EXPECT_FALSE(Winograd::can_run(
        {.pictures = 1, .height = 4, .width = 4, .in_channels = 51, .out_channels = 16, .in_step = 51}));
    EXPECT_FALSE(Winograd::can_run(
        {.pictures = 1, .height = 4, .width = 4, .in_channels = 16, .out_channels = 3, .in_step = 16}));
}

/// The loops alone, for registers of a width that need not be this processor's: weights of one tap, (out,
/// in).
template <class Lanes>
void check_loops() {
    for (const WinogradShape& shape : shapes()) {
        const Example example(shape);
        WinogradTiles tiles{shape, (shape.height + 1) / 2, (shape.width + 1) / 2, 0, 24};
        tiles.count = shape.pictures * tiles.rows * tiles.columns;
        const std::int64_t in = shape.in_channels, out = shape.out_channels, panel = 2 * Lanes::lanes;
        // Each place's weight of (o, i) is another whole number, which the outputs and the sums must tell
        // apart.
        const Floats plain = whole_numbers(16 * in * out, 4);  // (16, in, out)
        Floats packed(plain.size());
        for (std::int64_t place = 0; place < 16; ++place) {
            for (std::int64_t i = 0; i < in; ++i) {
                for (std::int64_t o = 0; o < out; ++o) {
                    const std::int64_t first = o / panel * panel, width = std::min(panel, out - first);
                    packed[Example::at(place * in * out + first * in + i * width + o - first)] =
                        plain[Example::at((place * in + i) * out + o)];
                }
            }
        }
        Floats y(example.y.size()), sums(plain.size());
        WinogradLoops<Lanes> loops(tiles);
        for (std::int64_t block = 0; block * tiles.block < tiles.count; ++block) {
            loops.convolve(block, example.x.data(), packed.data(), y.data());
            loops.add_gradient(block, example.x.data(), example.dy.data(), sums.data());
        }
        // <dy, y> is linear in the weights, with the sums as its slope: equal only when every place is right.
        double through_outputs = 0, through_sums = 0;
        for (std::size_t k = 0; k < y.size(); ++k) through_outputs += double{y[k]} * double{example.dy[k]};
        for (std::size_t k = 0; k < sums.size(); ++k) through_sums += double{sums[k]} * double{plain[k]};
        EXPECT_EQ(through_outputs, through_sums) << name_of(shape);
        EXPECT_NE(through_outputs, 0);
    }
}

TEST(WinogradLoops, AreTheSameForRegistersOfAnyWidth) {
    check_loops<PlainLanes<4>>();
    check_loops<PlainLanes<8>>();
    check_loops<PlainLanes<16>>();
}

}  // namespace

}  // namespace yolo::kernels

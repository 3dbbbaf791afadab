// SPDX-License-Identifier: Apache-2.0
#include "kernels/winograd.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/processor.hpp"
#include "kernels/whole_numbers.hpp"
#include "kernels/winograd_loops.hpp"

namespace yolo::kernels {

namespace {

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
    friend PlainLanes operator*(PlainLanes a, const PlainLanes& b) { return fma(a, b, all(0)); }
    friend PlainLanes operator/(PlainLanes a, const PlainLanes& b) {
        for (int i = 0; i < width; ++i) a.v[i] /= b.v[i];
        return a;
    }
    friend PlainLanes min(PlainLanes a, const PlainLanes& b) {
        for (int i = 0; i < width; ++i) a.v[i] = std::min(a.v[i], b.v[i]);
        return a;
    }
    friend PlainLanes max(PlainLanes a, const PlainLanes& b) {
        for (int i = 0; i < width; ++i) a.v[i] = std::max(a.v[i], b.v[i]);
        return a;
    }
    PlainLanes power() const {
        PlainLanes result;
        for (int i = 0; i < width; ++i) result.v[i] = std::ldexp(1.0F, static_cast<int>(v[i] - 12582912.0F));
        return result;
    }
};

/// What a thread works in, with rubbish in it.
class Scratch {
  public:
    explicit Scratch(const Winograd& winograd) : Scratch(winograd.scratch_size()) {}
    explicit Scratch(std::size_t size) : memory_(size + 16, std::numeric_limits<float>::quiet_NaN()) {}
    float* data() {
        void* start = memory_.data();
        std::size_t bytes = memory_.size() * sizeof(float);
        return static_cast<float*>(std::align(64, bytes - 64, start, bytes));
    }

  private:
    Floats memory_;
};

/// x, w (out, 3, 3, in), dy and, added up one by one, y and dw.
struct Example {
    WinogradShape shape;
    Floats x, w, dy, y, dw;

    explicit Example(const WinogradShape& s) : shape(s) {
        shape.out.pixel = s.out_channels;
        const std::int64_t pixels = s.pictures * s.height * s.width;
        x = whole_numbers(pixels * s.in.pixel, 1);
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
        const float* from = &x[at(((picture * shape.height + row) * shape.width + column) * shape.in.pixel)];
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
    return {{.pictures = 1, .height = 1, .width = 1, .in_channels = 16, .out_channels = 16, .in = {16}},
            {.pictures = 2, .height = 7, .width = 5, .in_channels = 16, .out_channels = 48, .in = {16}},
            {.pictures = 1, .height = 2, .width = 31, .in_channels = 48, .out_channels = 16, .in = {96}},
            {.pictures = 3, .height = 12, .width = 10, .in_channels = 80, .out_channels = 80, .in = {80}},
            {.pictures = 1, .height = 9, .width = 8, .in_channels = 128, .out_channels = 32, .in = {256}}};
}

std::vector<WinogradShape> narrow_shapes() {
    std::vector<WinogradShape> all = shapes();
    all.push_back({.pictures = 2, .height = 5, .width = 6, .in_channels = 8, .out_channels = 24, .in = {8}});
    all.push_back({.pictures = 1, .height = 6, .width = 3, .in_channels = 40, .out_channels = 8, .in = {48}});
    return all;
}

/// Those whose channels fill this processor's registers.
std::vector<WinogradShape> shapes_of_this_processor() {
    std::vector<WinogradShape> all = narrow_shapes();
    std::erase_if(all,
                  [](const WinogradShape& s) { return !Winograd::can_run(s.in_channels, s.out_channels); });
    return all;
}

std::string name_of(const WinogradShape& s) {
    return std::to_string(s.in_channels) + " to " + std::to_string(s.out_channels) + " channels, " +
           std::to_string(s.width) + " x " + std::to_string(s.height);
}

TEST(Winograd, RunsInTheWidestRegistersThatTheProcessorMayUse) {
    const InstructionSet set = instruction_set();
    EXPECT_EQ(Winograd::lanes(), set >= InstructionSet::avx512 ? 16 : set >= InstructionSet::avx2 ? 8 : 0);
    EXPECT_EQ(shapes_of_this_processor().size(), set >= InstructionSet::avx512 ? 5U
                                                 : set >= InstructionSet::avx2 ? 7U
                                                                               : 0U);
}

TEST(Winograd, ConvolvesLikeSumsOneByOne) {
    for (const WinogradShape& shape : shapes_of_this_processor()) {
        const Example example(shape);
        const Winograd winograd(example.shape);
        Floats weights(winograd.weights_size());
        const std::int64_t part = shape.out_channels / 3;  // threads share it out in any way
        winograd.transform(example.taps(example.w.data()), part, shape.out_channels, weights.data());
        winograd.transform(example.taps(example.w.data()), 0, part, weights.data());
        Floats y(example.y.size());
        Scratch scratch(winograd);
        std::atomic<std::int64_t> next = 0;
        winograd.convolve(next, example.x.data(), weights.data(), {}, y.data(), scratch.data());
        EXPECT_EQ(y, example.y) << name_of(shape);
    }
}

TEST(Winograd, AddsTheGradientByTheWeightsWhateverTheRuns) {
    for (const WinogradShape& shape : shapes_of_this_processor()) {
        const Example example(shape);
        const Winograd winograd(example.shape);
        Scratch scratch(winograd);
        for (const std::int64_t runs : {1, 3}) {
            Floats sums(winograd.sums_size() * static_cast<std::size_t>(runs));
            for (std::int64_t run = 0; run < runs; ++run) {
                winograd.add_gradient(winograd.blocks() * run / runs, winograd.blocks() * (run + 1) / runs,
                                      example.x.data(), example.dy.data(),
                                      sums.data() + static_cast<std::size_t>(run) * winograd.sums_size(),
                                      scratch.data());
            }
            Floats dw(example.dw.size());
            const std::int64_t part = shape.out_channels / 3;
            winograd.write_gradient(sums, part, shape.out_channels, example.taps(dw.data()));
            winograd.write_gradient(sums, 0, part, example.taps(dw.data()));
            EXPECT_EQ(dw, example.dw) << name_of(shape) << ", runs " << runs;
        }
    }
}

/// Channel c of pixel p in blocks of a register's channels: (c / lanes, p, c % lanes).
Floats blocked(const Floats& map, std::int64_t pixels, std::int64_t channels, std::int64_t lanes) {
    Floats result(map.size());
    for (std::int64_t p = 0; p < pixels; ++p) {
        for (std::int64_t c = 0; c < channels; ++c)
            result[Example::at((c / lanes * pixels + p) * lanes + c % lanes)] =
                map[Example::at(p * channels + c)];
    }
    return result;
}

TEST(Winograd, BlockedMapsBiasActivationAndAddend) {
    using enum Activation;
    WinogradShape shape{
        .pictures = 1, .height = 7, .width = 10, .in_channels = 32, .out_channels = 48, .in = {32}};
    if (!Winograd::can_run(shape.in_channels, shape.out_channels))
        GTEST_SKIP() << "this processor has no AVX2";
    const Example example(shape);
    const std::int64_t pixels = shape.height * shape.width, lanes = Winograd::lanes();
    shape.in = shape.out = {.pixel = lanes, .group = pixels * lanes};
    const Winograd winograd(shape);
    Floats weights(winograd.weights_size());
    winograd.transform(example.taps(example.w.data()), 0, shape.out_channels, weights.data());
    const Floats x = blocked(example.x, pixels, shape.in_channels, lanes), bias = whole_numbers(48, 5);
    const Floats addend = blocked(example.dy, pixels, shape.out_channels, lanes);
    for (const auto activation : {none, silu, relu}) {
        Floats expected = example.y, y(expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const float z = example.y[i] / 16 + bias[i % 48];
            expected[i] = (activation == none   ? z
                           : activation == relu ? std::max(z, 0.0F)
                                                : z / (1 + std::exp(-z))) +
                          example.dy[i];
        }
        Floats small(weights.size());
        for (std::size_t i = 0; i < small.size(); ++i) small[i] = weights[i] / 16;
        Scratch scratch(winograd);
        std::atomic<std::int64_t> next = 0;
        winograd.convolve(next, x.data(), small.data(), {bias.data(), activation, addend.data(), shape.out},
                          y.data(), scratch.data());
        EXPECT_THAT(y, testing::Pointwise(testing::FloatNear(2e-5F), blocked(expected, pixels, 48, lanes)));
    }
}

TEST(Winograd, SiluOfAnyNumber) {
    WinogradShape shape{.pictures = 1,
                        .height = 1,
                        .width = 1,
                        .in_channels = 32,
                        .out_channels = 32,
                        .in = {32},
                        .out = {32}};
    if (!Winograd::can_run(shape.in_channels, shape.out_channels))
        GTEST_SKIP() << "this processor has no AVX2";
    const Winograd winograd(shape);
    const Floats weights(winograd.weights_size()), x(32);
    Floats bias = {0, -0.0F, 1, -1, 20, -20, 88, -88, 1000, -1000, 1e30F, -1e30F, 1e-30F, .5F, -5, -30};
    bias.resize(32, 3);
    Floats y(32);
    Scratch scratch(winograd);
    std::atomic<std::int64_t> next = 0;
    winograd.convolve(next, x.data(), weights.data(), {bias.data(), Activation::silu}, y.data(),
                      scratch.data());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double z = bias[i], expected = z / (1 + std::exp(-z));
        EXPECT_NEAR(y[i], expected, 1e-6 * std::fabs(expected) + 1e-30 * std::fabs(z) + 1e-30) << z;
    }
}

TEST(Winograd, ChannelsInWholeRegistersOnly) {
    EXPECT_FALSE(Winograd::can_run(51, 16));
    EXPECT_FALSE(Winograd::can_run(16, 3));
}

/// The loops alone, for registers of a width that need not be this processor's: weights of one tap, (out,
/// in).
template <class Lanes>
void check_loops() {
    for (const WinogradShape& shape : shapes()) {
        const Example example(shape);
        WinogradTiles tiles{example.shape, (shape.height + 1) / 2, (shape.width + 1) / 2, 0, 24};
        tiles.shape.in.group = tiles.shape.out.group = Lanes::lanes;
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
        Scratch scratch(static_cast<std::size_t>(tiles.scratch_size()));
        WinogradLoops<Lanes> loops(tiles, scratch.data());
        for (std::int64_t block = 0; block * tiles.block < tiles.count; ++block) {
            loops.convolve(block, example.x.data(), packed.data(), {}, y.data());
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

/// Weights of zero leave the bias: its activation for every number.
template <class Lanes>
void check_activations() {
    const std::int64_t channels = 2 * Lanes::lanes;
    WinogradTiles tiles{
        {.pictures = 1, .height = 1, .width = 1, .in_channels = channels, .out_channels = channels},
        1,
        1,
        1,
        24};
    tiles.shape.in = tiles.shape.out = {.pixel = channels, .group = Lanes::lanes};
    const Floats x(Example::at(channels)), weights(Example::at(16 * channels * channels));
    Floats bias(x.size()), y(x.size());
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = 7.3F * (static_cast<float>(i) - 12);
    Scratch scratch(static_cast<std::size_t>(tiles.scratch_size()));
    WinogradLoops<Lanes> loops(tiles, scratch.data());
    loops.convolve(0, x.data(), weights.data(), {bias.data(), Activation::silu}, y.data());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double z = bias[i], expected = z / (1 + std::exp(-z));
        EXPECT_NEAR(y[i], expected, 1e-6 * std::fabs(expected) + 1e-30) << z;
    }
    loops.convolve(0, x.data(), weights.data(), {bias.data(), Activation::relu}, y.data());
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], std::max(bias[i], 0.0F));
}

TEST(WinogradLoops, AreTheSameForRegistersOfAnyWidth) {
    check_loops<PlainLanes<4>>();
    check_loops<PlainLanes<8>>();
    check_loops<PlainLanes<16>>();
    check_activations<PlainLanes<4>>();
    check_activations<PlainLanes<8>>();
    check_activations<PlainLanes<16>>();
}

}  // namespace

}  // namespace yolo::kernels

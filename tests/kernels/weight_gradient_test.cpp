// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_gradient.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/whole_numbers.hpp"

namespace yolo::kernels {

namespace {

std::vector<ConvShape> conv_shapes() {
    std::vector<ConvShape> shapes;
    for (const std::int64_t out_channels : {1, 3, 6, 16, 51, 64}) {
        for (const std::int64_t in_channels : {16, 48}) {
            shapes.push_back({.pictures = 2,
                              .in_channels = in_channels,
                              .out_channels = out_channels,
                              .in_height = 11,
                              .in_width = 14,
                              .kernel = 3,
                              .stride = 1,
                              .padding = 1});
        }
    }
    for (const std::int64_t stride : {1, 2, 3}) {
        for (const std::int64_t kernel : {1, 2, 3, 5}) {
            for (const std::int64_t width : {5, 6, 40, 103}) {
                shapes.push_back({.pictures = 3,
                                  .in_channels = 16,
                                  .out_channels = 7,
                                  .in_height = 9,
                                  .in_width = width,
                                  .kernel = kernel,
                                  .stride = stride,
                                  .padding = kernel / 2});
            }
        }
    }
    return shapes;
}

/// The plain twin: dw (out_channels, kernel, kernel, in_channels), product by product.
Floats plain_gradient(const ConvShape& s, const Floats& input, const Floats& dy) {
    Floats dw(static_cast<std::size_t>(s.out_channels * s.kernel * s.kernel * s.in_channels));
    const std::int64_t pixels = s.pictures * s.out_height() * s.out_width();
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        const std::int64_t picture = pixel / (s.out_height() * s.out_width());
        const std::int64_t y = pixel / s.out_width() % s.out_height(), x = pixel % s.out_width();
        for (std::int64_t tap = 0; tap < s.kernel * s.kernel; ++tap) {
            const std::int64_t row = s.stride * y + tap / s.kernel - s.padding;
            const std::int64_t column = s.stride * x + tap % s.kernel - s.padding;
            if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
            const std::int64_t from = ((picture * s.in_height + row) * s.in_width + column) * s.in_channels;
            for (std::int64_t o = 0; o < s.out_channels; ++o) {
                const std::int64_t to = (o * s.kernel * s.kernel + tap) * s.in_channels;
                const float slope = dy[static_cast<std::size_t>(pixel * s.out_channels + o)];
                for (std::int64_t i = 0; i < s.in_channels; ++i)
                    dw[static_cast<std::size_t>(to + i)] += slope * input[static_cast<std::size_t>(from + i)];
            }
        }
    }
    return dw;
}

/// The gradient with its pieces dealt out to `runs` accumulators, written in two parts.
Floats gradient_in_runs(const ConvShape& s, const Floats& input, const Floats& dy, std::int64_t runs) {
    const WeightGradient gradient(s, input.data(), dy.data());
    const std::size_t size = gradient.accumulator_size(), all = size * static_cast<std::size_t>(runs);
    Floats memory(all + 8);
    void* start = memory.data();
    std::size_t bytes = memory.size() * sizeof(float);
    auto* const sums = static_cast<float*>(std::align(32, all * sizeof(float), start, bytes));
    for (std::int64_t run = 0; run < runs; ++run) {
        gradient.add(gradient.pieces() * run / runs, gradient.pieces() * (run + 1) / runs,
                     sums + static_cast<std::size_t>(run) * size);
    }
    Floats dw(static_cast<std::size_t>(s.out_channels * s.kernel * s.kernel * s.in_channels), -1);
    const std::int64_t half = s.out_channels / 2;
    for (const auto& [begin, end] : {std::pair{half, s.out_channels}, {std::int64_t{0}, half}})
        gradient.write({sums, all}, begin, end, dw.data());
    return dw;
}

TEST(WeightGradient, LikeThePlainTwinWhateverTheShapeAndTheNumberOfRuns) {
    if (!WeightGradient::can_run(conv_shapes()[0])) GTEST_SKIP() << "this processor has no AVX2";
    int seed = 0;
    for (const ConvShape& s : conv_shapes()) {
        const Floats input = whole_numbers(s.pictures * s.in_height * s.in_width * s.in_channels, ++seed);
        const Floats dy = whole_numbers(s.pictures * s.out_height() * s.out_width() * s.out_channels, ++seed);
        const Floats expected = plain_gradient(s, input, dy);
        for (const std::int64_t runs : {1, 3}) {
            EXPECT_TRUE(gradient_in_runs(s, input, dy, runs) == expected)
                << s.in_channels << " to " << s.out_channels << " channels, kernel " << s.kernel
                << ", stride " << s.stride << ", width " << s.in_width << ", runs " << runs;
        }
    }
}

TEST(WeightGradient, TakesOnlyShapesThatItsTilesFit) {
    const ConvShape fits = conv_shapes()[0];
    ConvShape odd = fits, wide = fits;
    odd.in_channels = 24;
    wide.padding = wide.kernel;
    EXPECT_FALSE(WeightGradient::can_run(odd));
    EXPECT_FALSE(WeightGradient::can_run(wide));
    ConvShape one_tap = fits;
    one_tap.kernel = 1;
    one_tap.padding = 0;
    EXPECT_FALSE(WeightGradient::pays(one_tap));
}

}  // namespace

}  // namespace yolo::kernels

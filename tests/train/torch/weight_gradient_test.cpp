// SPDX-License-Identifier: Apache-2.0
#include "train/torch/weight_gradient.hpp"

#include <gtest/gtest.h>

#include "train/torch/torch_headers.hpp"

namespace yolo::train {
namespace {

constexpr auto channels_last = at::MemoryFormat::ChannelsLast;

std::vector<ConvShape> shapes() {
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

/// In exact numbers, so that every order of the sum gives the same: whole numbers of small size.
at::Tensor whole_numbers(at::IntArrayRef sizes) {
    return at::randint(-4, 5, sizes).to(at::kFloat).contiguous(channels_last);
}

TEST(WeightGradient, LikeLibTorchsWhateverTheShapeAndTheNumberOfRuns) {
    if (!WeightGradient::can_run(shapes()[0])) GTEST_SKIP() << "this processor has no AVX2";
    at::manual_seed(1);
    for (const ConvShape& s : shapes()) {
        const at::Tensor x = whole_numbers({s.pictures, s.in_channels, s.in_height, s.in_width});
        const at::Tensor dy = whole_numbers({s.pictures, s.out_channels, s.out_height(), s.out_width()});
        const at::Tensor weight = whole_numbers({s.out_channels, s.in_channels, s.kernel, s.kernel});
        const at::Tensor expected = std::get<1>(
            at::convolution_backward(dy, x, weight, {}, {s.stride, s.stride}, {s.padding, s.padding}, {1, 1},
                                     false, {0, 0}, 1, {false, true, false}));
        const WeightGradient gradient(s, x.const_data_ptr<float>(), dy.const_data_ptr<float>());
        for (const std::int64_t runs : {1, 3}) {
            const auto size = static_cast<std::int64_t>(gradient.accumulator_size());
            at::Tensor sums = at::zeros({runs, size});
            for (std::int64_t run = 0; run < runs; ++run) {
                gradient.add(gradient.pieces() * run / runs, gradient.pieces() * (run + 1) / runs,
                             sums.mutable_data_ptr<float>() + run * size);
            }
            at::Tensor dw = at::empty(weight.sizes(), weight.options(), channels_last);
            const std::int64_t half = s.out_channels / 2;
            for (const auto& [begin, end] : {std::pair{half, s.out_channels}, {std::int64_t{0}, half}}) {
                gradient.write({sums.const_data_ptr<float>(), static_cast<std::size_t>(sums.numel())}, begin,
                               end, dw.mutable_data_ptr<float>());
            }
            EXPECT_TRUE(at::equal(dw, expected))
                << s.in_channels << " to " << s.out_channels << " channels, kernel " << s.kernel
                << ", stride " << s.stride << ", width " << s.in_width << ", runs " << runs;
        }
    }
}

}  // namespace
}  // namespace yolo::train

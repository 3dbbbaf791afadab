// SPDX-License-Identifier: Apache-2.0
/// \file The gradients of YOLOv8n's most costly 3 x 3 convolutions by their weights, batch 16 at 320 px, one
/// thread: ours against oneDNN's through LibTorch, both over maps whose channels lie together, in turn.
///     bench_weight_gradient [rounds 7]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/core.h>

#include "train/torch/torch_headers.hpp"
#include "train/torch/weight_gradient.hpp"

namespace {

using yolo::train::ConvShape;
using yolo::train::WeightGradient;

struct Layer {
    std::int64_t in_channels, out_channels, side, stride;
};
constexpr std::array layers = std::to_array<Layer>({{64, 64, 40, 1},
                                                    {64, 64, 20, 1},
                                                    {32, 32, 40, 1},
                                                    {80, 80, 40, 1},
                                                    {128, 128, 10, 1},
                                                    {16, 32, 160, 2},
                                                    {32, 64, 80, 2},
                                                    {64, 128, 40, 2},
                                                    {16, 16, 80, 1}});

template <class Work>
double seconds_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void compare(const Layer& layer, int rounds) {
    const ConvShape shape{.pictures = 16,
                          .in_channels = layer.in_channels,
                          .out_channels = layer.out_channels,
                          .in_height = layer.side,
                          .in_width = layer.side,
                          .kernel = 3,
                          .stride = layer.stride,
                          .padding = 1};
    const auto map = [](std::int64_t channels, std::int64_t side) {
        return at::randn({16, channels, side, side}).contiguous(at::MemoryFormat::ChannelsLast);
    };
    const at::Tensor x = map(layer.in_channels, layer.side), dy = map(layer.out_channels, shape.out_width());
    const at::Tensor weight =
        at::randn({layer.out_channels, layer.in_channels, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<double> theirs, ours;
    for (int round = 0; round < rounds; ++round) {
        theirs.push_back(seconds_of([&] {
            at::convolution_backward(dy, x, weight, {}, {layer.stride, layer.stride}, {1, 1}, {1, 1}, false,
                                     {0, 0}, 1, {false, true, false});
        }));
        ours.push_back(seconds_of([&] {
            const WeightGradient gradient(shape, x.const_data_ptr<float>(), dy.const_data_ptr<float>());
            at::Tensor sums = at::zeros({static_cast<std::int64_t>(gradient.accumulator_size())});
            gradient.add(0, gradient.pieces(), sums.mutable_data_ptr<float>());
            at::Tensor dw = at::empty_like(weight);
            gradient.write({sums.const_data_ptr<float>(), gradient.accumulator_size()}, 0, layer.out_channels,
                           dw.mutable_data_ptr<float>());
        }));
    }
    const double work =
        2e-9 * 16 * 9 *
        static_cast<double>(layer.in_channels * layer.out_channels * shape.out_height() * shape.out_width());
    fmt::print("{:3} to {:3} channels, {:3} px, stride {}: oneDNN {:6.1f} GFLOP/s, ours {:6.1f}, x{:.2f}\n",
               layer.in_channels, layer.out_channels, layer.side, layer.stride, work / median(theirs),
               work / median(ours), median(theirs) / median(ours));
}

}  // namespace

int main(int count, char** arguments) {
    if (!WeightGradient::can_run({.in_channels = 16, .kernel = 3, .padding = 1})) {
        fmt::print(stderr, "bench_weight_gradient: this processor has no AVX2\n");
        return 1;
    }
    at::set_num_threads(1);
    for (const Layer& layer : layers) compare(layer, count > 1 ? std::max(std::atoi(arguments[1]), 1) : 7);
}

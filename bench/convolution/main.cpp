// SPDX-License-Identifier: Apache-2.0
/// \file YOLOv8n's most costly 3 x 3 convolutions in float32, batch 16 at 320 px, one thread: forward,
/// gradient by the input and by the weights, ours against oneDNN's through LibTorch, both over maps whose
/// channels lie together, in turn.
///     bench_convolution [rounds 7]
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "../timing.hpp"
#include "train/torch/plain_ops.hpp"

namespace {

using yolo::bench::median;
using yolo::bench::seconds_of;
using yolo::graph::Conv;

struct Layer {
    int in_channels, out_channels, side, stride;
};
constexpr std::array layers = std::to_array<Layer>({{16, 16, 80, 1},
                                                    {32, 32, 40, 1},
                                                    {64, 64, 20, 1},
                                                    {64, 64, 40, 1},
                                                    {80, 80, 40, 1},
                                                    {128, 64, 20, 1},
                                                    {128, 128, 10, 1},
                                                    {16, 32, 160, 2},
                                                    {32, 64, 80, 2},
                                                    {64, 128, 40, 2}});
constexpr int pictures = 16;

at::Tensor map(int channels, int side) {
    return at::randn({pictures, channels, side, side}).contiguous(at::MemoryFormat::ChannelsLast);
}

/// Times of the three directions, of oneDNN and of ours.
class Comparison {
  public:
    explicit Comparison(const Layer& layer)
        : op_{.in_channels = layer.in_channels,
              .out_channels = layer.out_channels,
              .kernel = 3,
              .stride = layer.stride,
              .padding = 1},
          x_(map(layer.in_channels, layer.side)),
          dy_(map(layer.out_channels, layer.side / layer.stride)),
          weight_(at::randn({layer.out_channels, layer.in_channels, 3, 3})
                      .contiguous(at::MemoryFormat::ChannelsLast)) {}

    void round() {
        const std::vector<std::int64_t> stride(2, op_.stride), padding(2, 1), dilation(2, 1);
        theirs_[0].push_back(seconds_of([&] {
            at::convolution(x_, weight_, {}, stride, padding, dilation, false, {0, 0}, 1);
        }));
        for (const bool by_input : {true, false}) {
            theirs_[by_input ? 1 : 2].push_back(seconds_of([&] {
                at::convolution_backward(dy_, x_, weight_, {}, stride, padding, dilation, false, {0, 0}, 1,
                                         {by_input, !by_input, false});
            }));
        }
        ours_[0].push_back(seconds_of([&] {
            const at::NoGradGuard no_gradients;
            yolo::train::run_conv(op_, x_, {weight_, {}});
        }));
        for (const bool by_input : {true, false}) {
            const at::Tensor x = x_.detach().set_requires_grad(by_input);
            const at::Tensor weight = weight_.detach().set_requires_grad(!by_input);
            const at::Tensor y = yolo::train::run_conv(op_, x, {weight, {}});
            ours_[by_input ? 1 : 2].push_back(
                seconds_of([&] { torch::autograd::grad({y}, {by_input ? x : weight}, {dy_}); }));
        }
    }

    void print() const {
        const double work = 2e-9 * 9 * static_cast<double>(dy_.numel()) * op_.in_channels;
        std::string line = fmt::format("{:3} to {:3} channels, {:3} px, stride {}:", op_.in_channels,
                                       op_.out_channels, x_.size(2), op_.stride);
        constexpr std::array names{"forward", "by input", "by weights"};
        for (std::size_t i = 0; i < names.size(); ++i)
            line += fmt::format("  {} {:5.1f} {:5.1f} x{:.2f}", names[i], work / median(theirs_[i]),
                                work / median(ours_[i]), median(theirs_[i]) / median(ours_[i]));
        fmt::print("{}\n", line);
    }

  private:
    Conv op_;
    at::Tensor x_, dy_, weight_;
    std::array<std::vector<double>, 3> theirs_, ours_;
};

}  // namespace

int main(int count, char** arguments) {
    at::set_num_threads(1);
    const int rounds = count > 1 ? std::max(std::atoi(arguments[1]), 1) : 7;
    fmt::print("GFLOP/s as if computed directly: oneDNN, ours, ratio\n");
    for (const Layer& layer : layers) {
        Comparison comparison(layer);
        for (int round = 0; round < rounds; ++round) comparison.round();
        comparison.print();
    }
}

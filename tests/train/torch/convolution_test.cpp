// SPDX-License-Identifier: Apache-2.0
#include "train/torch/convolution.hpp"

#include <gtest/gtest.h>

#include "core/processor.hpp"

namespace yolo::train {
namespace {

/// Of small size, so that every order of a sum gives the same.
at::Tensor whole_numbers(at::IntArrayRef sizes) {
    return at::randint(-4, 5, sizes).to(at::kFloat).contiguous(channels_last);
}

/// Output and gradients by x and weight of a loss that weighs every output; x is channels 16 to 16 + in of
/// more.
std::vector<at::Tensor> output_and_gradients(const graph::Conv& op, const at::Tensor& start,
                                             const at::Tensor& kernel, bool own) {
    const at::Tensor whole = start.detach().clone().set_requires_grad(true);
    const at::Tensor weight = kernel.detach().clone().set_requires_grad(true);
    const at::Tensor x = whole.narrow(1, start.size(1) - op.in_channels, op.in_channels);
    const at::Tensor y = own ? convolution(op, x, weight)
                             : at::convolution(x, weight, {}, {op.stride, op.stride},
                                               {op.padding, op.padding}, {1, 1}, false, {0, 0}, 1);
    y.backward(at::arange(y.numel()).to(at::kFloat).reshape_as(y).remainder(5));
    return {y, whole.grad(), weight.grad()};
}

/// `has_own`: on this processor the convolution is ours; else oneDNN's is the faster one, which is checked.
void expect_like_libtorch(const graph::Conv& op, std::int64_t more_channels, bool has_own) {
    at::manual_seed(2);
    const at::Tensor x = whole_numbers({2, more_channels + op.in_channels, 12, 9});
    const at::Tensor weight = whole_numbers({op.out_channels, op.in_channels, op.kernel, op.kernel});
    ASSERT_EQ(has_own_convolution(op, x.narrow(1, 0, op.in_channels),
                                  weight.detach().clone().set_requires_grad(true)),
              has_own);
    if (!has_own) return;
    const auto ours = output_and_gradients(op, x, weight, true),
               theirs = output_and_gradients(op, x, weight, false);
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(at::equal(ours[i], theirs[i])) << i;
    EXPECT_TRUE(ours[0].is_contiguous(channels_last));
}

TEST(Convolution, GradientByTheWeightsLikeLibTorchs) {
    expect_like_libtorch({.in_channels = 16, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1}, 0,
                         instruction_set() == InstructionSet::avx2);
}

TEST(Convolution, WinogradsLikeLibTorchs) {
    const graph::Conv op{.in_channels = 32, .out_channels = 48, .kernel = 3, .stride = 1, .padding = 1};
    const bool has_own = instruction_set() >= InstructionSet::avx2;
    expect_like_libtorch(op, 0, has_own);
    expect_like_libtorch(op, 32, has_own);  // the other half of a split
}

TEST(Convolution, NoGradientWhereNoneIsAskedFor) {
    const graph::Conv op{.in_channels = 32, .out_channels = 32, .kernel = 3, .stride = 1, .padding = 1};
    const at::Tensor x = whole_numbers({1, 32, 6, 6}), weight = whole_numbers({32, 32, 3, 3});
    ASSERT_EQ(has_own_convolution(op, x, weight), instruction_set() >= InstructionSet::avx2);
    if (!has_own_convolution(op, x, weight)) return;
    EXPECT_FALSE(convolution(op, x, weight).requires_grad());
    const at::Tensor frozen = convolution(op, x.clone().set_requires_grad(true), weight);
    frozen.sum().backward();  // by the input alone, as below a frozen layer
    EXPECT_FALSE(weight.grad().defined());
    for (const auto& other :
         {graph::Conv{
              .in_channels = 32, .out_channels = 16, .kernel = 3, .stride = 1, .padding = 1, .groups = 2},
          graph::Conv{
              .in_channels = 32, .out_channels = 16, .kernel = 3, .stride = 1, .padding = 1, .bias = true}})
        EXPECT_FALSE(has_own_convolution(other, x, weight));
    EXPECT_FALSE(has_own_convolution(op, x.to(at::kBFloat16), weight.to(at::kBFloat16)));
}

TEST(Convolution, LibTorchObeysTheLimitOfTheInstructionSet) {
    EXPECT_EQ(at::get_cpu_capability().starts_with("AVX512"), instruction_set() >= InstructionSet::avx512)
        << at::get_cpu_capability();
}

}  // namespace
}  // namespace yolo::train

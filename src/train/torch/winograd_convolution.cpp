// SPDX-License-Identifier: Apache-2.0
#include "train/torch/winograd_convolution.hpp"

#include <algorithm>

#include "kernels/winograd.hpp"
#include "train/torch/pixel_step.hpp"

namespace yolo::train {

namespace {

using kernels::Taps;
using kernels::Winograd;
using kernels::WinogradShape;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr auto channels_last = at::MemoryFormat::ChannelsLast;
constexpr std::int64_t channels_at_once = 16;
constexpr std::int64_t most_bytes = 128 << 20;  ///< of the sums of gradients of one layer

/// The maps as they are when their channels lie together, be it as a slice of others.
at::Tensor pixels_of(const at::Tensor& x) {
    return pixel_step(x) > 0 ? x : x.contiguous(channels_last);
}

WinogradShape shape_of(const at::Tensor& x, std::int64_t out_channels) {
    return {.pictures = x.size(0),
            .height = x.size(2),
            .width = x.size(3),
            .in_channels = x.size(1),
            .out_channels = out_channels,
            .in_step = pixel_step(x)};
}

template <class Float>
Taps<Float> taps_of(Float* first, const at::Tensor& weight) {
    return {first, weight.stride(0), weight.stride(1), weight.stride(2), weight.stride(3)};
}

/// From outputs back to inputs: the same taps turned round.
Taps<const float> turned(const Taps<const float>& taps) {
    return {taps.at(0, 0, 8), taps.in, taps.out, -taps.rows, -taps.columns};
}

/// A channels_last map.
at::Tensor convolve(const at::Tensor& x, std::int64_t out_channels, const Taps<const float>& taps) {
    const Winograd winograd(shape_of(x, out_channels));
    const at::Tensor weights = at::empty({static_cast<std::int64_t>(winograd.weights_size())}, at::kFloat);
    auto* const transformed = weights.mutable_data_ptr<float>();
    at::parallel_for(0, out_channels, channels_at_once, [&](std::int64_t begin, std::int64_t end) {
        winograd.transform(taps, begin, end, transformed);
    });
    at::Tensor y = at::empty({x.size(0), out_channels, x.size(2), x.size(3)}, x.options(), channels_last);
    const auto* const from = x.const_data_ptr<float>();
    auto* const to = y.mutable_data_ptr<float>();
    at::parallel_for(0, winograd.blocks(), 1, [&](std::int64_t begin, std::int64_t end) {
        winograd.convolve(begin, end, from, transformed, to);
    });
    return y;
}

/// Blocks are dealt out in equal runs, so that the result depends on the number of threads alone.
at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& dy, const at::Tensor& weight) {
    const Winograd winograd(shape_of(x, weight.size(0)));
    const auto size = static_cast<std::int64_t>(winograd.sums_size());
    const std::int64_t most = std::max<std::int64_t>(most_bytes / (size * 4), 1);
    const std::int64_t blocks = winograd.blocks();
    const std::int64_t runs = std::min({std::int64_t{at::get_num_threads()}, blocks, most});
    const at::Tensor all_sums = at::zeros({runs, size}, at::kFloat);
    auto* const sums = all_sums.mutable_data_ptr<float>();
    const auto *const from = x.const_data_ptr<float>(), *const slopes = dy.const_data_ptr<float>();
    at::parallel_for(0, runs, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t run = begin; run < end; ++run)
            winograd.add_gradient(blocks * run / runs, blocks * (run + 1) / runs, from, slopes,
                                  sums + run * size);
    });
    at::Tensor dw = at::empty(weight.sizes(), weight.options(), channels_last);
    const Taps<float> taps = taps_of(dw.mutable_data_ptr<float>(), dw);
    at::parallel_for(0, weight.size(0), channels_at_once, [&](std::int64_t begin, std::int64_t end) {
        winograd.write_gradient({sums, static_cast<std::size_t>(runs * size)}, begin, end, taps);
    });
    return dw;
}

class WinogradConvolution final : public torch::autograd::Function<WinogradConvolution> {
  public:
    static Variable forward(AutogradContext* context, const Variable& input, const Variable& weight) {
        const at::Tensor x = pixels_of(input);
        context->save_for_backward({x, weight});
        return convolve(x, weight.size(0), taps_of(weight.const_data_ptr<float>(), weight));
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &weight = saved[1];
        const at::Tensor dy = gradients[0].contiguous(channels_last);
        at::Tensor dx, dw;
        if (context->needs_input_grad(0))
            dx = convolve(dy, weight.size(1), turned(taps_of(weight.const_data_ptr<float>(), weight)));
        if (context->needs_input_grad(1)) dw = weight_gradient(x, dy, weight);
        return {dx, dw};
    }
};

}  // namespace

bool winograd_pays(const at::Tensor& x, const at::Tensor& weight) {
    return Winograd::pays({.pictures = x.size(0),
                           .height = x.size(2),
                           .width = x.size(3),
                           .in_channels = x.size(1),
                           .out_channels = weight.size(0),
                           .in_step = x.size(1)});
}

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight) {
    return WinogradConvolution::apply(x, weight);
}

}  // namespace yolo::train

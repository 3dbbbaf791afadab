// SPDX-License-Identifier: Apache-2.0
#include "train/torch/winograd_convolution.hpp"

#include <algorithm>
#include <atomic>

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
            .in = {.pixel = pixel_step(x)},
            .out = {.pixel = out_channels}};
}

template <class Float>
Taps<Float> taps_of(Float* first, const at::Tensor& weight) {
    return {first, weight.stride(0), weight.stride(1), weight.stride(2), weight.stride(3)};
}

/// From outputs back to inputs: the same taps turned round.
Taps<const float> turned(const Taps<const float>& taps) {
    return {taps.at(0, 0, 8), taps.in, taps.out, -taps.rows, -taps.columns};
}

/// What each of LibTorch's threads works in.
class Scratch {
  public:
    explicit Scratch(const Winograd& winograd)
        : threads_(std::min<std::int64_t>(at::get_num_threads(), winograd.blocks())),
          size_(static_cast<std::int64_t>(winograd.scratch_size())),
          memory_(at::empty({threads_ * size_}, at::kFloat)) {}

    std::int64_t threads() const { return threads_; }
    float* of(std::int64_t thread) const { return memory_.mutable_data_ptr<float>() + thread * size_; }

  private:
    std::int64_t threads_, size_;
    at::Tensor memory_;
};

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
    const Scratch scratch(winograd);
    std::atomic<std::int64_t> next = 0;  // a thread on a slower core takes fewer blocks
    at::parallel_for(0, scratch.threads(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t thread = begin; thread < end; ++thread)
            winograd.convolve(next, from, transformed, {}, to, scratch.of(thread));
    });
    return y;
}

/// Into how many sums the blocks go: some more than threads, which take one after the other, unless that
/// costs more than it evens out. The result depends on the number of threads alone.
std::int64_t runs_of(const Winograd& winograd) {
    constexpr std::int64_t blocks_worth_a_sum = 32;
    const std::int64_t threads = at::get_num_threads(), blocks = winograd.blocks();
    const std::int64_t wanted = std::clamp(blocks / blocks_worth_a_sum, threads, 4 * threads);
    const auto bytes = static_cast<std::int64_t>(winograd.sums_size() * sizeof(float));
    return std::min({wanted, blocks, std::max<std::int64_t>(most_bytes / bytes, 1)});
}

at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& dy, const at::Tensor& weight) {
    const Winograd winograd(shape_of(x, weight.size(0)));
    const auto size = static_cast<std::int64_t>(winograd.sums_size());
    const std::int64_t blocks = winograd.blocks(), runs = runs_of(winograd);
    const at::Tensor all_sums = at::zeros({runs, size}, at::kFloat);
    auto* const sums = all_sums.mutable_data_ptr<float>();
    const auto *const from = x.const_data_ptr<float>(), *const slopes = dy.const_data_ptr<float>();
    const Scratch scratch(winograd);
    std::atomic<std::int64_t> next = 0;
    at::parallel_for(0, scratch.threads(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t thread = begin; thread < end; ++thread) {
            for (std::int64_t run = next++; run < runs; run = next++)
                winograd.add_gradient(blocks * run / runs, blocks * (run + 1) / runs, from, slopes,
                                      sums + run * size, scratch.of(thread));
        }
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

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight) {
    return WinogradConvolution::apply(x, weight);
}

}  // namespace yolo::train
